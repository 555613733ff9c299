/** The picture below a form: one block of what the call would give, computed anew when something changes. */
import type { Asked } from './formsModel';
import { Pace } from './formsPace';
import type { ErrorInfo, ImageReply, RunCall } from './protocol';
import { LostError, RemoteError } from './rpc';

const DELAY = 150;

/** A picture as it came: 8 bit levels, row by row. */
export interface Picture {
  about: ImageReply;
  levels: Uint8Array;
}

/** One preview, on or off. */
export class Preview {
  constructor(
    private readonly kernel: Pick<Asked, 'request'>,
    private readonly call: () => RunCall | null,
    private readonly tell: () => void
  ) {}

  picture: Picture | null = null;
  error: ErrorInfo | null = null;
  /** Whether a newer picture is being computed. */
  pending = false;
  /** Pixels the screen has for it. */
  size = 512;
  /** Positions that the user chose, by axis; the middle elsewhere. */
  index: Record<string, number> = {};

  get on(): boolean {
    return this._on;
  }

  toggle(): void {
    this._on = !this._on;
    this.picture = null;
    this.error = null;
    this.pending = false;
    this.count++;
    this.pace.rest();
    this.ask();
    this.tell();
  }

  /** Something changed: show it, if this is on. */
  ask(): void {
    if (this._on) {
      this.pending = true;
      this.pace.ask();
    }
  }

  /** Show another position. */
  moveTo(axis: string, place: number): void {
    this.index = { ...this.index, [axis]: place };
    this.ask();
    this.tell();
  }

  dispose(): void {
    this._on = false;
    this.pace.dispose();
  }

  /** Ask for a picture; one asked for before is stopped by the kernel, and what it still gives is left aside. */
  private async show(): Promise<void> {
    const call = this.call();
    const count = ++this.count;
    if (call && this._on) {
      try {
        const { id, inputs, settings } = call;
        const screen = { view: `form ${id}`, height: this.size, width: this.size, bits: 8 as const };
        const asked = { id, inputs, settings, index: this.index, ...screen };
        const { result, buffers } = await this.kernel.request('view.preview', asked);
        if (count === this.count) {
          this.picture = { about: result, levels: new Uint8Array(buffers[0] ?? new ArrayBuffer(0)) };
          this.error = null;
        }
      } catch (error) {
        if (count === this.count) {
          this.error = faultOf(error);
        }
      }
    }
    if (count === this.count && this._on) {
      this.pending = false;
      this.tell();
    }
  }

  private _on = false;
  private count = 0;
  private readonly pace = new Pace(() => {
    void this.show();
    return Promise.resolve();
  }, DELAY);
}

function faultOf(error: unknown): ErrorInfo | null {
  if (error instanceof RemoteError) {
    return error.info;
  }
  return error instanceof LostError
    ? null
    : { kind: 'Error', message: String(error), fields: {}, traceback: '' };
}

/** Spread 8 bit levels into the four channels of a canvas. */
export function pixelsOf({ about, levels }: Picture): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(about.height * about.width * 4);
  for (let place = 0; place < about.height * about.width; place++) {
    const level = levels[place] ?? 0;
    pixels.fill(level, 4 * place, 4 * place + 3);
    pixels[4 * place + 3] = 255;
  }
  return pixels;
}
