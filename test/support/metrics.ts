export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of a page in the text format of Prometheus. */
export function samplesOf(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (found === null) return [];
    const labels = Object.fromEntries([...(found[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    return [{ name: found[1] ?? '', labels, value: Number(found[3]) }];
  });
}

/** The sum of the samples of this name that have these labels; null where there is none. */
export function valueOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number | null {
  const found = samplesOf(text).filter((one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value));
  return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
}
