/** Colour maps, computed: from a few points in a space where equal steps look equal (Oklab, Ottosson 2020). */

export const COLOURS = ['grey', 'inverted', 'sea', 'heat', 'balance'] as const;

export type ColourName = (typeof COLOURS)[number];

/** 256 colours as canvases keep them in memory: alpha, blue, green, red from the highest byte down. */
export type ColourTable = Uint32Array;

/** Lightness, and the two colour coordinates of Oklab. */
type Lab = [number, number, number];

const SIZE = 256;

/** What is not a number: neither black nor white nor part of a map. */
export const MISSING = pack(58, 40, 66);

/** A mask over a picture in grey, seen in all other maps too. */
const VEIL = [242, 90, 30] as const;

const POINTS: Record<ColourName, Lab[]> = {
  grey: [],
  inverted: [],
  sea: [
    polar(0.28, 0.11, 305),
    polar(0.42, 0.1, 275),
    polar(0.56, 0.09, 225),
    polar(0.7, 0.12, 160),
    polar(0.82, 0.16, 125),
    polar(0.93, 0.17, 105)
  ],
  heat: [
    polar(0.1, 0.02, 20),
    polar(0.38, 0.15, 27),
    polar(0.6, 0.2, 40),
    polar(0.8, 0.16, 75),
    polar(0.94, 0.1, 105),
    polar(1, 0, 105)
  ],
  balance: [
    polar(0.32, 0.1, 262),
    polar(0.6, 0.13, 250),
    polar(0.97, 0, 0),
    polar(0.6, 0.16, 35),
    polar(0.34, 0.12, 25)
  ]
};

const made = new Map<ColourName, ColourTable>();

/** Give the table of a map; made once. */
export function colourTable(name: ColourName): ColourTable {
  let table = made.get(name);
  if (!table) {
    table = Uint32Array.from({ length: SIZE }, (_, n) => colourOf(name, n));
    made.set(name, table);
  }
  return table;
}

/** Give the colours of a mask: nothing where it is 0, more of its colour the more of a pixel it covers. */
export function veil(opacity: number): ColourTable {
  const [red, green, blue] = VEIL;
  return Uint32Array.from({ length: SIZE }, (_, level) => {
    // Level 0 is what is not a number, 1 is none of it.
    const alpha = level === 0 ? 0 : Math.round((opacity * 255 * (level - 1)) / (SIZE - 2));
    return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

/** Give a colour of a table as CSS writes it. */
export function cssColour(packed: number): string {
  return `rgb(${packed & 255} ${(packed >> 8) & 255} ${(packed >> 16) & 255})`;
}

/** Say whether a text names a map. */
export function isColourName(text: unknown): text is ColourName {
  return COLOURS.some(name => name === text);
}

function colourOf(name: ColourName, n: number): number {
  if (name === 'grey' || name === 'inverted') {
    const level = name === 'grey' ? n : SIZE - 1 - n;
    return pack(level, level, level);
  }
  const points = POINTS[name];
  const at = (n / (SIZE - 1)) * (points.length - 1);
  const first = Math.min(Math.floor(at), points.length - 2);
  const [one, two] = [points[first] as Lab, points[first + 1] as Lab];
  const part = at - first;
  return toScreen([mix(one[0], two[0], part), mix(one[1], two[1], part), mix(one[2], two[2], part)]);
}

function mix(one: number, two: number, part: number): number {
  return one + (two - one) * part;
}

function polar(lightness: number, chroma: number, degrees: number): Lab {
  const hue = (degrees / 180) * Math.PI;
  return [lightness, chroma * Math.cos(hue), chroma * Math.sin(hue)];
}

function toScreen([lightness, a, b]: Lab): number {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return pack(
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  );
}

/** Linear light to the 0 to 255 of sRGB. */
function gamma(light: number): number {
  const kept = Math.min(Math.max(light, 0), 1);
  return Math.round(255 * (kept <= 0.0031308 ? 12.92 * kept : 1.055 * kept ** (1 / 2.4) - 0.055));
}

function pack(red: number, green: number, blue: number): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
