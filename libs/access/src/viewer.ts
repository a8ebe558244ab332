import type { Actor } from '#libs/domain';

/** Who is asking, from a verified token. Queries are reached through it alone (`queriesFor(viewer)`). */
export interface Viewer {
  readonly actor: Actor;
  /** When the token ends: seconds since 1970. Connections that outlive it are closed. */
  readonly expiresAt: number;
}
