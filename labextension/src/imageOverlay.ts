/** A second layer over a picture, as a mask: fetched for the same pixels, drawn in one colour. */
import { Asker } from './imageAsker';
import { type Asks, type ImageQuestion, ImageSource, type Picture, keyOf } from './imageSource';
import type { ImageReply, ViewInfo } from './protocol';

const OPACITY = 0.45;

export class Overlay {
  constructor(
    private readonly asks: Asks,
    private info: ViewInfo,
    private readonly changed: () => void,
    /** How much of the picture it hides where it is whole, 0 to 1. */
    readonly opacity = OPACITY
  ) {
    this.source = new ImageSource(asks, info);
    this.asker = new Asker<ImageQuestion, Picture>(
      question => this.source.fetch(question),
      picture => {
        this.picture = picture;
        this.changed();
      },
      // A mask that does not fit covers nothing; the picture itself is told to be wrong where it is.
      () => this.clear()
    );
  }

  picture: Picture | null = null;

  /** Fetch what covers a picture; of another plane than its own it has nothing. */
  ask({ shown, index, region, height, width }: ImageQuestion): void {
    const { axes, name } = this.info;
    if (!shown?.every(axis => axes.includes(axis))) {
      this.clear();
      return;
    }
    const own = Object.fromEntries(Object.entries(index ?? {}).filter(([axis]) => axes.includes(axis)));
    const size = { ...(height && { height }), ...(width && { width }), ...(region && { region }) };
    const question: ImageQuestion = { shown, index: own, ...size, low: 0, high: 1, bits: 8 };
    this.wanted = keyOf(question);
    this.asker.ask({ ...question, view: `over ${name}` });
  }

  /** Take a version whose picture came along unasked; false where it is of another part than what is wanted. */
  push(info: ViewInfo, question: ImageQuestion, reply: ImageReply, buffer: ArrayBuffer): boolean {
    if (info.shape.join() !== this.info.shape.join() || keyOf(question) !== this.wanted) {
      return false;
    }
    this.info = info;
    this.source = new ImageSource(this.asks, info);
    this.asker.stop();
    this.picture = this.source.keep(question, reply, buffer);
    this.changed();
    return true;
  }

  dispose(): void {
    this.asker.stop();
  }

  private clear(): void {
    if (this.picture) {
      this.picture = null;
      this.changed();
    }
  }

  private source: ImageSource;
  private wanted = '';
  private readonly asker: Asker<ImageQuestion, Picture>;
}
