import type { ServerLog } from './log.js';

export interface Account {
  readonly password: string;
  readonly groups: readonly string[];
}

/** Accounts by name. The double serves without accounts where it serves without TLS, as `--insecure` does. */
export type Accounts = Readonly<Record<string, Account>>;

export type Caller = { readonly name: string; readonly groups: readonly string[] } | 'ANONYMOUS' | 'UNCHECKED';

export type Right = '$r' | '$w' | '$d' | '$mr' | '$mw';

/** Who calls, by the Basic credentials of the call. `null`: credentials that are none of an account. */
export function callerOf(authorization: string | undefined, accounts: Accounts | null): Caller | null {
  if (accounts === null) return 'UNCHECKED';
  if (authorization === undefined) return 'ANONYMOUS';
  const [name = '', password = ''] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString().split(':');
  const account = accounts[name];
  return account !== undefined && account.password === password ? { name, groups: account.groups } : null;
}

/** Whether a stream's access list, or else the default for its kind, gives the caller a right. `$admins` have every right. */
export function mayDo(log: ServerLog, caller: Caller, stream: string, right: Right): boolean {
  if (caller === 'UNCHECKED') return true;
  if (caller !== 'ANONYMOUS' && caller.groups.includes('$admins')) return true;
  // Whoever may read or write `$$x` is whoever may read or write the metadata of `x`.
  if (stream.startsWith('$$')) return mayDo(log, caller, stream.slice(2), right === '$r' ? '$mr' : '$mw');
  const given = log.settings(stream).$acl?.[right] ?? defaultsFor(log, stream)[right] ?? [];
  const roles: readonly string[] = typeof given === 'string' ? [given] : given;
  const mine = caller === 'ANONYMOUS' ? ['$all'] : ['$all', caller.name, ...caller.groups];
  return mine.some((role) => roles.includes(role));
}

type Lists = Readonly<Partial<Record<Right, string | readonly string[]>>>;

function defaultsFor(log: ServerLog, stream: string): Lists {
  const system = stream.startsWith('$');
  const settings = log.lastData('$settings') as Readonly<Record<string, Lists>> | null;
  const set = settings?.[system ? '$systemStreamAcl' : '$userStreamAcl'];
  const everyone = system ? '$admins' : '$all';
  return { $r: everyone, $w: everyone, $d: everyone, $mr: everyone, $mw: everyone, ...set };
}
