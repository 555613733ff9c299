/** What is kept of a view over a reload: JSON in, checked, JSON out. */
import { isColourName } from './imageColours';
import type { Viewport } from './imageGeometry';
import type { Look } from './imageModel';

/** An object, in a version or in the current one. */
export interface Seen {
  name: string;
  version?: number | null;
}

/** How an object is shown. */
export type Way = 'image' | 'curve' | 'table' | 'tree' | 'text';

export interface Saved {
  /** One object, or two beside each other. */
  seen: Seen[];
  /** Id of the kernel that holds them. */
  kernel: string;
  way?: Way;
  look?: Partial<Look>;
}

type Json = Record<string, unknown>;

/** Give what was saved; null when it names no object. Whatever does not look right is left out. */
export function savedOf(data: unknown): Saved | null {
  if (!isRecord(data) || !Array.isArray(data.seen)) {
    return null;
  }
  const seen = data.seen.flatMap(item => seenOf(item) ?? []).slice(0, 2);
  if (seen.length === 0) {
    return null;
  }
  const way = WAYS.find(one => one === data.way);
  return {
    seen,
    kernel: typeof data.kernel === 'string' ? data.kernel : '',
    ...(way && { way }),
    ...(isRecord(data.look) && { look: lookOf(data.look) })
  };
}

/** Give a text that is the same for the same objects. */
export function identityOf({ seen, kernel }: Saved): string {
  return ['daisy-view', kernel, ...seen.map(({ name, version }) => `${name}@${version ?? ''}`)].join(':');
}

/** Give a title: the names, with the versions that were asked for. */
export function titleOf(seen: Seen[]): string {
  return seen.map(({ name, version }) => (version ? `${name} v${version}` : name)).join(' | ');
}

const WAYS: Way[] = ['image', 'curve', 'table', 'tree', 'text'];

function seenOf(item: unknown): Seen | null {
  if (!isRecord(item) || typeof item.name !== 'string' || item.name === '') {
    return null;
  }
  return isNumber(item.version) ? { name: item.name, version: item.version } : { name: item.name };
}

function lookOf(data: Json): Partial<Look> {
  const look: Partial<Look> = {};
  const { shown, index, viewport, window } = data;
  if (Array.isArray(shown) && typeof shown[0] === 'string' && typeof shown[1] === 'string') {
    look.shown = [shown[0], shown[1]];
  }
  if (isRecord(index)) {
    look.index = Object.fromEntries(
      Object.entries(index).flatMap(([axis, place]) => (isNumber(place) ? [[axis, place] as const] : []))
    );
  }
  if (isViewport(viewport)) {
    look.viewport = viewport;
  }
  if (isRecord(window) && isNumber(window.low) && isNumber(window.high)) {
    look.window = { low: window.low, high: window.high };
  }
  if (typeof data.stretch === 'boolean') {
    look.stretch = data.stretch;
  }
  if (isColourName(data.colours)) {
    look.colours = data.colours;
  }
  return look;
}

function isViewport(data: unknown): data is Viewport {
  return isRecord(data) && ['row', 'column', 'zoom', 'aspect'].every(key => isNumber(data[key]));
}

function isNumber(data: unknown): data is number {
  return typeof data === 'number' && Number.isFinite(data);
}

function isRecord(data: unknown): data is Json {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
