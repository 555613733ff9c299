/** A second layer over a picture, as a mask: fetched for the same pixels, drawn in one colour. */
import { Asker } from './imageAsker';
import { type Asks, type ImageQuestion, ImageSource, type Picture } from './imageSource';
import type { ViewInfo } from './protocol';

const OPACITY = 0.45;

export class Overlay {
  constructor(
    asks: Asks,
    private readonly info: ViewInfo,
    private readonly changed: () => void,
    /** How much of the picture it hides where it is whole, 0 to 1. */
    readonly opacity = OPACITY
  ) {
    const source = new ImageSource(asks, info);
    this.asker = new Asker<ImageQuestion, Picture>(
      question => source.fetch(question),
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
    this.asker.ask({ shown, index: own, ...size, low: 0, high: 1, bits: 8, view: `over ${name}` });
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

  private readonly asker: Asker<ImageQuestion, Picture>;
}
