/** Pictures of one version of an object: asked, kept for a while, and its neighbours fetched while nothing else is. */
import { Shelf } from './imageAsker';
import type { Bits } from './imageLevels';
import type { AskImage, ImageReply, Methods, ViewInfo } from './protocol';
import type { Answer } from './rpc';

/** Who answers: a connection, or a test. */
export interface Asks {
  request<M extends keyof Methods>(method: M, params: Methods[M]['params']): Promise<Answer<M>>;
}

/** What is asked of an object, without the object. */
export type ImageQuestion = Omit<AskImage, 'name' | 'version'>;

/** Pixels of one plane, and the question that they answer. */
export interface Picture extends ImageReply {
  key: string;
  levels: Uint8Array | Uint16Array;
  bytes: number;
  question: ImageQuestion;
}

const MOST_BYTES = 96 * 2 ** 20;

export class ImageSource {
  constructor(
    private readonly asks: Asks,
    private readonly info: Pick<ViewInfo, 'name' | 'version'>
  ) {}

  /** Give a picture: one that is here, one that is under way, or a new one. */
  fetch(question: ImageQuestion): Promise<Picture> {
    this.ahead = [];
    return this.get(question);
  }

  /** Get these one after another, until something else is asked. */
  async prefetch(questions: ImageQuestion[]): Promise<void> {
    this.ahead = questions;
    while (this.ahead.length) {
      const question = this.ahead.shift() as ImageQuestion;
      // What could not be fetched ahead is told when it is asked for.
      await this.get(question).catch(() => undefined);
    }
  }

  /** Keep a picture that came along unasked. */
  keep(question: ImageQuestion, reply: ImageReply, buffer: ArrayBuffer): Picture {
    const key = keyOf(question);
    const levels = levelsOf(buffer, reply.bits);
    const picture = { ...reply, key, levels, bytes: levels.byteLength, question };
    this.shelf.put(key, picture);
    return picture;
  }

  private get(question: ImageQuestion): Promise<Picture> {
    const key = keyOf(question);
    const kept = this.shelf.get(key);
    if (kept) {
      return Promise.resolve(kept);
    }
    let coming = this.coming.get(key);
    if (!coming) {
      coming = this.ask(question).finally(() => this.coming.delete(key));
      this.coming.set(key, coming);
    }
    return coming;
  }

  private async ask(question: ImageQuestion): Promise<Picture> {
    const { name, version } = this.info;
    const { result, buffers } = await this.asks.request('view.image', { ...question, name, version });
    return this.keep(question, result, buffers[0] ?? new ArrayBuffer(0));
  }

  private ahead: ImageQuestion[] = [];
  private readonly coming = new Map<string, Promise<Picture>>();
  private readonly shelf = new Shelf<Picture>(MOST_BYTES);
}

/** Give a question as text, the same for the same question. */
export function keyOf(question: ImageQuestion): string {
  const index = Object.entries(question.index ?? {}).sort(([one], [two]) => (one < two ? -1 : 1));
  const { shown, region, height, width, low, high, bits } = question;
  return JSON.stringify([shown, index, region, height, width, low, high, bits]);
}

function levelsOf(buffer: ArrayBuffer, bits: Bits): Uint8Array | Uint16Array {
  return bits === 8 ? new Uint8Array(buffer) : new Uint16Array(buffer);
}
