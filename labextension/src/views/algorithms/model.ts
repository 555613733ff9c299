/** What the Algorithms panel shows: the search, the tree, and the form that is open. It outlives kernels and drawing. */
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { type Draft, draftOf, EMPTY, reopened } from '../../forms';
import { type Asked, FormModel } from '../../formsModel';
import type { AlgorithmInfo, RunCall } from '../../protocol';
import type { Trans } from '../../forms';
import { found } from './search';
import { branchesOf, type Row, rowsOf } from './tree';

/** What a form had when it was left. */
interface Left {
  draft: Draft;
  run: string;
}

/** So many algorithms are shown without closing their groups. */
const FEW = 24;

export class AlgorithmsModel implements IDisposable {
  constructor(readonly trans: Trans) {}

  query = '';
  /** Key of the line that has, or gets, the focus. */
  cursor = '';
  /** Part of the height that the tree has while a form is open. */
  share = 0.34;
  form: FormModel | null = null;
  isDisposed = false;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Id of the algorithm whose form is open. */
  get selected(): string {
    return this._selected;
  }

  /** Use this kernel from now on; the form stays open, with what was entered. */
  use(kernel: Asked | null): void {
    if (kernel !== this.kernel) {
      this.leave();
      this.left.forEach(left => (left.run = ''));
      this.kernel = kernel;
      this.enter();
      this._changed.emit();
    }
  }

  /** Open the form of an algorithm, as it was left, or filled with a call. */
  open(id: string, call?: Partial<RunCall>): void {
    this.leave();
    this._selected = this.cursor = id;
    if (call) {
      this.left.set(id, { draft: draftOf(call), run: '' });
    }
    this.enter();
    this._changed.emit();
  }

  /** Close the form. */
  close(): void {
    this.leave();
    this._selected = '';
    this._changed.emit();
  }

  /** Begin the form anew, with defaults. */
  reset(): void {
    const id = this._selected;
    this.leave();
    this.left.delete(id);
    this.enter();
    this._changed.emit();
  }

  search(query: string): void {
    this.query = query;
    this.cursor = '';
    this._changed.emit();
  }

  /** Open or close a branch. */
  turn(key: string, open: boolean): void {
    this.turned.set(key, open);
    this._changed.emit();
  }

  moveTo(key: string): void {
    if (key !== this.cursor) {
      this.cursor = key;
      this._changed.emit();
    }
  }

  resize(share: number): void {
    this.share = share;
    this._changed.emit();
  }

  /** Make the open form's line visible in the tree. */
  reveal(algorithms: readonly AlgorithmInfo[]): void {
    const info = algorithms.find(item => item.id === this._selected);
    branchesOf(info ?? { technique: '', group: '' }).forEach(key => this.turned.set(key, true));
  }

  /** Give the lines that are seen: the tree, or what was found. */
  rows(algorithms: readonly AlgorithmInfo[]): Row[] {
    if (!this.query.trim()) {
      const few = algorithms.length <= FEW;
      return rowsOf(algorithms, (key, level) => this.turned.get(key) ?? (few || level === 1), this.trans);
    }
    return found(algorithms, this.query).map(info => ({
      key: info.id,
      title: info.title,
      level: 1,
      count: 0,
      open: null,
      parent: '',
      algorithm: info
    }));
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.isDisposed = true;
      this.leave();
      Signal.clearData(this);
    }
  }

  private enter(): void {
    if (this.kernel && this._selected) {
      const { draft, run } = this.left.get(this._selected) ?? { draft: EMPTY, run: '' };
      this.form = new FormModel(this._selected, this.kernel, this.trans, reopened(draft));
      this.form.run = run;
    }
  }

  private leave(): void {
    if (this.form) {
      this.left.set(this.form.id, { draft: this.form.draft, run: this.form.run });
      this.form.dispose();
      this.form = null;
    }
  }

  private kernel: Asked | null = null;
  private _selected = '';
  private readonly left = new Map<string, Left>();
  /** Branches that the user opened or closed. */
  private readonly turned = new Map<string, boolean>();
  private readonly _changed = new Signal<this, void>(this);
}
