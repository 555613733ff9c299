/** Pictures and numbers as files that the browser saves. */
import { type ColourName, colourTable, cssColour } from '../../imageColours';
import { lookup, coloured, type Range } from '../../imageLevels';
import type { Picture } from '../../imageSource';
import { shortNumber, ticks } from '../../imageTicks';
import { fileName } from '../../objects';

interface Caption {
  title: string;
  unit: string;
  window: Range;
  colours: ColourName;
  /** Height of an array pixel over its width. */
  aspect: number;
}

const LEAST = 480;
const FOOT = 64;
const EDGE = 16;
const FONT = '13px system-ui, sans-serif';
const [STAGE, INK] = ['#0d1117', '#dde3ea'];

/** Save a picture as PNG, with its scale below. */
export function savePicture(picture: Picture, caption: Caption): void {
  const source = document.createElement('canvas');
  [source.width, source.height] = [picture.width, picture.height];
  const inside = source.getContext('2d');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!inside || !context) {
    return;
  }
  const pixels = inside.createImageData(picture.width, picture.height);
  const table = lookup(colourTable(caption.colours), caption.window, picture, picture.bits);
  coloured(picture.levels, table, new Uint32Array(pixels.data.buffer));
  inside.putImageData(pixels, 0, 0);
  const zoom = Math.max(1, Math.ceil(LEAST / picture.width));
  const [top, bottom, left, right] = picture.region;
  const width = picture.width * zoom;
  const height = Math.max(1, Math.round((width * caption.aspect * (bottom - top)) / (right - left)));
  [canvas.width, canvas.height] = [width, height + FOOT];
  context.fillStyle = STAGE;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = zoom === 1;
  context.drawImage(source, 0, 0, width, height);
  drawScale(context, caption, width, height);
  canvas.toBlob(blob => blob && download(blob, `${fileName(caption.title)}.png`));
}

function drawScale(context: CanvasRenderingContext2D, caption: Caption, width: number, height: number): void {
  const table = colourTable(caption.colours);
  const { low, high } = caption.window;
  const [bar, barTop] = [width - 2 * EDGE, height + 28];
  context.font = FONT;
  context.fillStyle = INK;
  context.fillText(
    caption.unit ? `${caption.title} (${caption.unit})` : caption.title,
    EDGE,
    height + 18,
    bar
  );
  const gradient = context.createLinearGradient(EDGE, 0, EDGE + bar, 0);
  table.forEach((colour, n) => gradient.addColorStop(n / (table.length - 1), cssColour(colour)));
  context.fillStyle = gradient;
  context.fillRect(EDGE, barTop, bar, 12);
  context.fillStyle = INK;
  context.textAlign = 'center';
  for (const value of ticks(low, high, 5)) {
    context.fillText(shortNumber(value), EDGE + ((value - low) / (high - low)) * bar, barTop + 28);
  }
}

/** Save a drawing as PNG. */
export function saveDrawing(svg: SVGSVGElement, title: string): void {
  const { width, height } = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  inlineStyles(svg, copy);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(blob => blob && download(blob, `${fileName(title)}.png`));
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}

/** Save text. */
export function saveText(text: string, name: string, type: string): void {
  download(new Blob([text], { type }), name);
}

const STYLES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-family',
  'font-size',
  'text-anchor',
  'opacity'
];

/** A drawing outside the page knows no style sheet: give each element what it had. */
function inlineStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  STYLES.forEach(name => to.setAttribute(name, style.getPropertyValue(name)));
  [...from.children].forEach((child, n) => {
    const other = to.children[n];
    if (other) {
      inlineStyles(child, other);
    }
  });
}

function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the address a moment after the click.
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
