import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Policy } from '#libs/domain';
import { parse } from 'yaml';
import type { z } from 'zod';
import { policySchema } from './schema.js';

/** The policy that is shipped, from the package's root. */
const shipped = join('infra', 'policy', 'chicago.v1.yaml');

/** Folders to climb from this module to the package's root: from source there are three, from `dist` four. */
const levelsMax = 8;

/** A policy file that can't be used: what is wrong, and at which key where it is a key. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';

  constructor(
    readonly file: string,
    /** The first bad key, as `clocks.TRIAGE.value.amount`; null: the file itself. */
    readonly key: string | null,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`policy file ${file}: ${key === null ? '' : `${key}: `}${problem}`, options);
  }
}

/**
 * Reads and checks a policy file; without a path, the shipped one. Throws a {@link PolicyError} where it can't be read, is no YAML, or has
 * a key that is missing, unknown or wrong: a service without a sound policy does not start.
 */
export function loadPolicy(path: string = shippedPolicyFile()): Policy {
  try {
    return parsePolicy(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof PolicyError) throw error;
    throw new PolicyError(path, null, `it can't be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The same of a text; `file` names it in what is thrown. @throws PolicyError */
export function parsePolicy(text: string, file: string): Policy {
  const result = policySchema.safeParse(parseYaml(text, file));
  if (result.success) return result.data;
  const first = result.error.issues[0];
  if (first === undefined) throw new PolicyError(file, null, 'it is not valid', { cause: result.error });
  throw new PolicyError(file, keyOf(first), first.message, { cause: result.error });
}

/** Where the shipped policy lies: under the folder of the nearest `package.json` above this module, be it source or built. */
export function shippedPolicyFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < levelsMax; level += 1) {
    const file = join(folder, shipped);
    if (existsSync(join(folder, 'package.json')) && existsSync(file)) return file;
    folder = dirname(folder);
  }
  throw new PolicyError(shipped, null, 'it is not part of this installation');
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new PolicyError(file, null, `it can't be read: ${problem}`, { cause: error });
  }
}

/** Zod names an unknown key in `keys` and its parent in `path`. */
function keyOf(issue: z.core.$ZodIssue): string | null {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  return path.length === 0 ? null : path.map(String).join('.');
}
