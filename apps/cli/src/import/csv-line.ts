/** One line of CSV (RFC 4180): a cell with a comma, quote or line break is quoted, quotes are doubled. */
export function stringify(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
