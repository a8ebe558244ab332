import { derivedId } from '#libs/envelope';

/**
 * The id of a user's stream, `user-<uuid>`: a UUIDv8 of issuer and subject, so that every process finds it from a token alone, two issuers never share
 * one, and the name of a stream says nothing of a person.
 */
export const userStreamId = (issuer: string, subject: string): string => derivedId('user', issuer, subject);
