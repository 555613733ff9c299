/** The position under the pointer, in the plane; views that are linked share it. */
import { type ISignal, Signal } from '@lumino/signaling';

export type Position = [number, number];

export class Pointer {
  get at(): Position | null {
    return this._at;
  }

  get changed(): ISignal<this, Position | null> {
    return this._changed;
  }

  move(at: Position | null): void {
    if (at?.join() !== this._at?.join()) {
      this._at = at;
      this._changed.emit(at);
    }
  }

  private _at: Position | null = null;
  private readonly _changed = new Signal<this, Position | null>(this);
}
