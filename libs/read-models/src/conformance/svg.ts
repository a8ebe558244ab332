/** The few parts of SVG that the picture needs, as text. Numbers are rounded, so that the same report is the same bytes on every machine. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? '');
const rounded = (n: number): string => String(Math.round(n * 10) / 10);

export type Look = 'used' | 'unused' | 'outside';
export type Anchor = 'start' | 'middle' | 'end';

export function words(at: Point, text: string, { anchor = 'start', className = '' }: { readonly anchor?: Anchor; readonly className?: string } = {}): string {
  const classes = className === '' ? '' : ` class="${className}"`;
  return `<text x="${rounded(at.x)}" y="${rounded(at.y)}" text-anchor="${anchor}"${classes}>${escaped(text)}</text>`;
}

/** A line through these points with an arrow at its end. */
export function arrow(points: readonly Point[], look: Look, width: number, title: string): string {
  const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join(' ');
  return `<path d="${path}" class="${look}" stroke-width="${rounded(width)}" marker-end="url(#${look})"><title>${escaped(title)}</title></path>`;
}

export function box(at: Point, size: { readonly width: number; readonly height: number }, className: string): string {
  return `<rect x="${rounded(at.x)}" y="${rounded(at.y)}" width="${rounded(size.width)}" height="${rounded(size.height)}" rx="6" class="${className}"/>`;
}

const marker = (look: Look, color: string): string =>
  `<marker id="${look}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="${color}"/></marker>`;

const colors: Readonly<Record<Look, string>> = { used: '#1f4e79', unused: '#8a8a8a', outside: '#b3261e' };

const style = `text{font-family:"DejaVu Sans",Verdana,sans-serif;font-size:12px;fill:#1b1b1b;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}
.head{font-size:20px;font-weight:bold}.sub{font-size:13px;fill:#444}.name{font-size:13px;font-weight:bold}.small{font-size:11px;fill:#333}
.never{font-size:11px;fill:#6b6b6b;font-style:italic}.out{font-size:11px;fill:#b3261e;font-weight:bold}
.page{fill:#fff}.stage{fill:#eef3f8;stroke:#1f4e79;stroke-width:1.5}.end{fill:#f3f0ea;stroke:#6b5b3a;stroke-width:1.5}
path{fill:none}.used{stroke:${colors.used}}.unused{stroke:${colors.unused};stroke-dasharray:2 4}.outside{stroke:${colors.outside};stroke-dasharray:8 4}`;

export function page(size: { readonly width: number; readonly height: number }, title: string, parts: readonly string[]): string {
  const { width, height } = size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    `<defs>${(['used', 'unused', 'outside'] as const).map((look) => marker(look, colors[look])).join('')}</defs>`,
    `<rect width="${width}" height="${height}" class="page" rx="0"/>`,
    // Words stand over every line.
    ...parts.filter((part) => !part.startsWith('<text')),
    ...parts.filter((part) => part.startsWith('<text')),
    '</svg>',
    '',
  ].join('\n');
}
