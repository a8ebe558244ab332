import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Viewer } from '#libs/access';
import { UserStandings } from '#libs/accounts';
import type { Config } from '#libs/config';
import { CONFIG } from '#libs/service';
import { networkOf } from '../http/rate-limits.js';

/** What is needed of a WebSocket to end it. */
export interface Closable {
  close(code: number, reason: string): void;
  terminate(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** graphql-ws clients don't try again after this code. */
const forbidden = 4403;

/** How long a peer may take to answer the closing, in milliseconds. */
const closingMs = 1_000;

interface Open {
  readonly viewer: Viewer;
  readonly network: string;
  readonly ends: NodeJS.Timeout;
}

/** The WebSocket connections of this process: counted for each user and address, and ended with the session or the user's access. */
@Injectable()
export class OpenSockets implements BeforeApplicationShutdown {
  private readonly open = new Map<Closable, Open>();
  private readonly counts = new Map<string, number>();
  private readonly forget: () => void;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(UserStandings) standings: UserStandings,
  ) {
    this.forget = standings.onDisabled((user) => {
      for (const [socket, { viewer }] of this.open) if (viewer.actor.actor === user) this.end(socket, 'Access ended');
    });
  }

  beforeApplicationShutdown(): void {
    this.forget();
    for (const { ends } of this.open.values()) clearTimeout(ends);
  }

  /** False: as many are open already as one user, or one address, may have. */
  admit(socket: Closable, viewer: Viewer, address: string | undefined): boolean {
    const { socketsPerUser, socketsPerAddress } = this.config.limits;
    const network = networkOf(address);
    if (this.countOf(`user ${viewer.actor.actor}`) >= socketsPerUser || this.countOf(`address ${network}`) >= socketsPerAddress) return false;
    const ends = setTimeout(() => this.end(socket, 'Session ended'), Math.max(0, viewer.expiresAt * 1000 - Date.now()));
    ends.unref();
    const opened = { viewer, network, ends };
    this.open.set(socket, opened);
    this.count(opened, 1);
    socket.once('close', () => this.drop(socket));
    return true;
  }

  private end(socket: Closable, reason: string): void {
    socket.close(forbidden, reason);
    // Nothing is sent from here on. A peer that does not answer the closing would keep its place.
    setTimeout(() => socket.terminate(), closingMs).unref();
    this.drop(socket);
  }

  private drop(socket: Closable): void {
    const opened = this.open.get(socket);
    if (opened === undefined) return;
    this.open.delete(socket);
    clearTimeout(opened.ends);
    this.count(opened, -1);
  }

  private countOf(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  private count({ viewer, network }: Open, by: 1 | -1): void {
    for (const key of [`user ${viewer.actor.actor}`, `address ${network}`]) {
      const now = this.countOf(key) + by;
      if (now === 0) this.counts.delete(key);
      else this.counts.set(key, now);
    }
  }
}
