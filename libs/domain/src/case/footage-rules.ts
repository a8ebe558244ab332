/** Text that says nothing: absent, empty or white space alone. Given where words are demanded, it counts as missing. */
export function isMissing(text: string | null): text is null {
  return text === null || text.trim() === '';
}

/** Whether two lists name the same things, in whatever order. */
export function sameMembers(some: readonly string[], others: readonly string[]): boolean {
  const set = new Set(some);
  return set.size === new Set(others).size && others.every((other) => set.has(other));
}

/** A SHA-256 as it is stored: lower-case hexadecimal, 64 characters. */
export function isSha256(text: string | null): boolean {
  return text !== null && /^[0-9a-f]{64}$/.test(text);
}
