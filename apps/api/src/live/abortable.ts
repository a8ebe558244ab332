/** Ends the source at once when its reader leaves: a generator that waits can't be told by `return` alone. */
export function abortable<T>(source: AsyncGenerator<T>, stopped: AbortController): AsyncGenerator<T> {
  const end = source.return.bind(source);
  source.return = (value) => {
    stopped.abort();
    return end(value);
  };
  return source;
}
