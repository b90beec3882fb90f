/** Attributes of an element, in the order in which they are written. */
export type Attributes = Readonly<Record<string, string | number>>;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** A number as short as it can be written without being seen. */
const short = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 10) / 10) : escaped(value);

/** An element with others inside. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${short(value)}"`);
  const opening = `<${name}${written.join('')}`;
  return children.length === 0 ? `${opening}/>` : `${opening}>${children.join('')}</${name}>`;
}

/** Text at a point; `anchor` says which end of it. */
export function text(
  x: number,
  y: number,
  content: string,
  { anchor = 'middle', kind = 'ink' }: { readonly anchor?: string; readonly kind?: string } = {},
): string {
  return element('text', { x, y, 'text-anchor': anchor, class: kind }, escaped(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, kind = 'line'): string {
  return element('line', { x1, y1, x2, y2, class: kind });
}

export function box(
  x: number,
  y: number,
  size: { readonly width: number; readonly height: number; readonly radius?: number },
  kind: string,
): string {
  const { width, height, radius = 0 } = size;
  return element('rect', { x, y, width, height, rx: radius, class: kind });
}

/** A horizontal line that goes on. */
export function arrow(x1: number, x2: number, y: number): string {
  const tip = element('path', {
    d: `M${x2 - 7} ${y - 4}L${x2} ${y}L${x2 - 7} ${y + 4}`,
    class: 'line',
  });
  return line(x1, y, x2, y) + tip;
}

/** About how wide a text is in the font of the pictures. */
export const widthOf = (content: string): number => content.length * 7.85;

interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly faint: string;
  readonly leader: string;
  readonly follower: string;
  readonly error: string;
  readonly value: string;
  readonly delay: string;
}

const light: Palette = {
  ...{ paper: '#ffffff', ink: '#1f2328', faint: '#818b98', value: '#fff1c2', delay: '#9a6700' },
  ...{ leader: '#1a7f37', follower: '#0969da', error: '#cf222e' },
};

const dark: Palette = {
  ...{ paper: '#0d1117', ink: '#e6edf3', faint: '#8b949e', value: '#4b3a0a', delay: '#8a6a12' },
  ...{ leader: '#238636', follower: '#1f6feb', error: '#da3633' },
};

const coloured = (palette: Palette): string =>
  [
    `.paper{fill:${palette.paper};stroke:${palette.faint}}`,
    `.ink{fill:${palette.ink}}`,
    `.faint{fill:${palette.faint}}`,
    `.halo{paint-order:stroke;stroke:${palette.paper};stroke-width:5px}`,
    `.line{stroke:${palette.ink}}`,
    `.cross{stroke:${palette.ink}}`,
    `.dim{stroke:${palette.faint}}`,
    `.value{fill:${palette.value};stroke:${palette.ink}}`,
    `.operator{fill:${palette.paper};stroke:${palette.ink}}`,
    ...(['leader', 'follower', 'error', 'delay'] as const).map(
      (name) => `.${name}{fill:${palette[name]}}.${name}-line{stroke:${palette[name]}}`,
    ),
  ].join('');

const style = [
  'text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}',
  '.line,.dim,[class$=-line]{stroke-width:1.5;fill:none}',
  '.dim{stroke-dasharray:3 3}',
  '.white{fill:#fff}',
  '.cross{stroke-width:2.5;fill:none}',
  '.band{opacity:.28}',
  coloured(light),
  `@media(prefers-color-scheme:dark){${coloured(dark)}}`,
].join('');

/** A whole picture, on a card of its own, so that it can be read on any ground. */
export function picture(
  size: { readonly width: number; readonly height: number },
  title: string,
  ...children: string[]
): string {
  const { width, height } = size;
  const card = box(0.5, 0.5, { width: width - 1, height: height - 1, radius: 8 }, 'paper');
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    ...{ width, height, role: 'img', 'aria-label': title },
  };
  const parts = [`<title>${escaped(title)}</title>`, `<style>${style}</style>`, card, ...children];
  return `${element('svg', attributes, ...parts.map((part) => `\n${part}`), '\n')}\n`;
}
