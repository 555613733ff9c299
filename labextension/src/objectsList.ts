/** What the user does with the list of objects: filter, sort, fold, walk, choose, rename; no page, no kernel. */
import { type ISignal, Signal } from '@lumino/signaling';

import { type Row, rowsOf, type Sort } from './objectsTree';
import type { ObjectInfo } from './protocol';

/** How a click or a key changes the choice. */
export type Choosing = 'one' | 'toggle' | 'range';

export class ObjectList {
  /** Rows from top to bottom. */
  rows: Row[] = [];
  filter = '';
  sort: Sort = 'name';
  /** Row of the keyboard. */
  current: string | null = null;
  /** Object that gets another name just now. */
  renaming: string | null = null;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Names that are chosen, of objects and of branches. */
  get chosen(): ReadonlySet<string> {
    return this._chosen;
  }

  get total(): number {
    return this.objects.size;
  }

  /** Take what the kernel holds. Does not tell: the caller draws. */
  take(objects: ReadonlyMap<string, ObjectInfo>): void {
    this.objects = objects;
    this.lay();
  }

  /** Objects that are chosen; a branch that only groups stands for all below it. */
  get objectsChosen(): ObjectInfo[] {
    const branches = [...this._chosen].filter(key => !this.objects.has(key)).map(key => `${key}/`);
    return [...this.objects.values()].filter(
      ({ name }) => this._chosen.has(name) || branches.some(branch => name.startsWith(branch))
    );
  }

  /** The one object that is chosen; null when it is none or several. */
  get single(): ObjectInfo | null {
    const [key] = this._chosen;
    return key !== undefined && this._chosen.size === 1 ? (this.objects.get(key) ?? null) : null;
  }

  setFilter(filter: string): void {
    this.filter = filter;
    this.relay();
  }

  setSort(sort: Sort): void {
    this.sort = sort;
    this.relay();
  }

  /** Open or close a branch. */
  fold(key: string, open: boolean): void {
    if (open ? this.closed.delete(key) : !this.closed.has(key) && this.closed.add(key)) {
      this.relay();
    }
  }

  /** Choose a row. */
  choose(key: string, choosing: Choosing = 'one'): void {
    if (choosing === 'toggle') {
      this._chosen = new Set(this._chosen);
      if (!this._chosen.delete(key)) {
        this._chosen.add(key);
      }
      this.anchor = key;
    } else if (choosing === 'range') {
      this._chosen = new Set(this.between(this.anchor ?? key, key));
    } else {
      this._chosen = new Set([key]);
      this.anchor = key;
    }
    this.current = key;
    this._changed.emit();
  }

  chooseAll(): void {
    this._chosen = new Set(this.rows.map(row => row.key));
    this._changed.emit();
  }

  chooseNone(): void {
    this._chosen = new Set();
    this._changed.emit();
  }

  /** Begin or end to give an object another name. */
  rename(name: string | null): void {
    this.renaming = name;
    this._changed.emit();
  }

  /** Walk up or down by some rows; `extend` keeps what was chosen on the way. */
  walk(by: number, extend = false): void {
    const at = this.rows.findIndex(row => row.key === this.current);
    const to = at < 0 ? (by < 0 ? this.rows.length - 1 : 0) : at + by;
    const row = this.rows[Math.max(0, Math.min(to, this.rows.length - 1))];
    if (row) {
      this.choose(row.key, extend ? 'range' : 'one');
    }
  }

  /** Right: open a branch, or go into it. */
  inward(): void {
    const row = this.rowOf(this.current);
    if (row?.open === false) {
      this.fold(row.key, true);
    } else if (row?.open) {
      this.walk(1);
    }
  }

  /** Left: close a branch, or go to the one it is in. */
  outward(): void {
    const row = this.rowOf(this.current);
    if (row?.open && !this.filter) {
      this.fold(row.key, false);
    } else if (row && row.depth > 0) {
      this.choose(row.key.slice(0, row.key.lastIndexOf('/')));
    }
  }

  rowOf(key: string | null): Row | undefined {
    return this.rows.find(row => row.key === key);
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private between(one: string, two: string): string[] {
    const keys = this.rows.map(row => row.key);
    const [from, to] = [keys.indexOf(one), keys.indexOf(two)].sort((a, b) => a - b) as [number, number];
    return from < 0 ? [two] : keys.slice(from, to + 1);
  }

  private relay(): void {
    this.lay();
    this._changed.emit();
  }

  private lay(): void {
    this.rows = rowsOf(this.nearlySorted(), { filter: this.filter, sort: this.sort, closed: this.closed });
    // What one does not see is not chosen, lest it be deleted.
    const there = new Set(this.rows.map(row => row.key));
    this._chosen = new Set([...this._chosen].filter(key => there.has(key)));
    if (this.renaming !== null && !there.has(this.renaming)) {
      this.renaming = null;
    }
  }

  /** The objects in the order of the rows, new ones last: what is nearly sorted is sorted much sooner. */
  private nearlySorted(): ObjectInfo[] {
    const known = new Set<ObjectInfo>();
    for (const { key } of this.rows) {
      const object = this.objects.get(key);
      if (object) {
        known.add(object);
      }
    }
    return [...new Set([...known, ...this.objects.values()])];
  }

  private objects: ReadonlyMap<string, ObjectInfo> = new Map();
  private readonly closed = new Set<string>();
  private anchor: string | null = null;
  private _chosen = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);
}
