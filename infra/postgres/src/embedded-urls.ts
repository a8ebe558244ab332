import type { Secrets } from './cluster.js';

export const databaseName = 'caseledger';
export const roleNames = { admin: 'postgres', owner: 'caseledger_owner', service: 'caseledger_service' } as const;

export interface EmbeddedUrls {
  /** Owns the database; runs the migrations. */
  readonly ownerUrl: string;
  /** What the service works with: the rights that migrations grant, and no others. */
  readonly serviceUrl: string;
  /** The superuser, on the database `postgres`. */
  readonly adminUrl: string;
}

export function embeddedUrls(socketFolder: string, { admin, owner, service }: Secrets): EmbeddedUrls {
  const url = (role: string, password: string, database: string) => `postgresql://${role}:${password}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;
  return {
    ownerUrl: url(roleNames.owner, owner, databaseName),
    serviceUrl: url(roleNames.service, service, databaseName),
    adminUrl: url(roleNames.admin, admin, 'postgres'),
  };
}
