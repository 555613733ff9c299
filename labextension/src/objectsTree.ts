/** The list of objects as rows: filtered, sorted, names with `/` as branches. */
import { rowText } from './objects';
import type { ObjectInfo } from './protocol';

export type Sort = 'name' | 'size' | 'newest';

/** One line of the list. */
export interface Row {
  /** Whole name of the object, or of the branch. */
  key: string;
  /** Last part of it. */
  label: string;
  depth: number;
  /** The object; none for a branch that only groups. */
  object: ObjectInfo | null;
  /** Objects below it. */
  count: number;
  /** Bytes of it and all below. */
  bytes: number;
  /** Whether what is below is shown; null when nothing is below. */
  open: boolean | null;
  /** Which of its neighbours in the branch it is, from 1 on, and how many those are. */
  place: number;
  of: number;
}

/** What decides which rows there are. */
export interface Wish {
  filter: string;
  sort: Sort;
  closed: ReadonlySet<string>;
}

interface Branch {
  key: string;
  label: string;
  object: ObjectInfo | null;
  children: Map<string, Branch>;
  count: number;
  bytes: number;
  newest: number;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Give the rows to show, from top to bottom; while a filter is set every branch is open. */
export function rowsOf(objects: Iterable<ObjectInfo>, wish: Wish): Row[] {
  const words = wish.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const root = branch('', '');
  for (const object of objects) {
    if (words.every(word => says(object).includes(word))) {
      grow(root, object);
    }
  }
  const rows: Row[] = [];
  lay(root, 0, { ...wish, closed: words.length ? new Set() : wish.closed }, rows);
  return rows;
}

/** Everything of an object that a filter may find. */
function says(object: ObjectInfo): string {
  const { name, kind, dtype, unit, made_by, axes, device } = object;
  return [name, kind, rowText(object), dtype, unit, made_by, device, ...axes].join(' ').toLowerCase();
}

function branch(key: string, label: string): Branch {
  return { key, label, object: null, children: new Map(), count: 0, bytes: 0, newest: 0 };
}

function grow(root: Branch, object: ObjectInfo): void {
  let at = root;
  let key = '';
  for (const label of object.name.split('/')) {
    key = key ? `${key}/${label}` : label;
    const next = at.children.get(label) ?? branch(key, label);
    at.children.set(label, next);
    next.bytes += object.nbytes;
    next.newest = Math.max(next.newest, object.created);
    if (key !== object.name) {
      next.count++;
    }
    at = next;
  }
  at.object = object;
}

const ORDERS: Record<Sort, (one: Branch, two: Branch) => number> = {
  name: (one, two) => Number(leaf(one)) - Number(leaf(two)) || byLabel(one, two),
  size: (one, two) => two.bytes - one.bytes || byLabel(one, two),
  newest: (one, two) => two.newest - one.newest || byLabel(one, two)
};

function leaf(one: Branch): boolean {
  return one.children.size === 0;
}

function byLabel(one: Branch, two: Branch): number {
  return collator.compare(one.label, two.label) || (one.label < two.label ? -1 : 1);
}

function lay(parent: Branch, depth: number, wish: Wish, rows: Row[]): void {
  const of = parent.children.size;
  [...parent.children.values()].sort(ORDERS[wish.sort]).forEach((child, n) => {
    const { key, label, object, count, bytes } = child;
    const open = leaf(child) ? null : !wish.closed.has(key);
    rows.push({ key, label, depth, object, count, bytes, open, place: n + 1, of });
    if (open) {
      lay(child, depth + 1, wish, rows);
    }
  });
}

/** Whether two rows look the same, so that one need not be drawn anew. */
export function sameRow(one: Row, two: Row): boolean {
  return (
    one.key === two.key &&
    one.object === two.object &&
    one.depth === two.depth &&
    one.count === two.count &&
    one.bytes === two.bytes &&
    one.open === two.open &&
    one.place === two.place &&
    one.of === two.of
  );
}

/** Which rows are in sight: first, and one behind the last. */
export function inSight(top: number, height: number, rowHeight: number, count: number): [number, number] {
  const spare = 8;
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight), count) - spare);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  return [first, Math.max(first, last)];
}
