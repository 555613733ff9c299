/** Requests and replies over a widget's own messages; each page has a name, so that two of them do not mix answers. */
import type { Asks } from '../imageSource';
import type { Methods } from '../protocol';
import { type Answer, Rpc } from '../rpc';
import { type SharedModel, bytesOf } from './host';

/** What a kernel says unasked. */
export interface Told {
  what: string;
  data: unknown;
  /** Whether it was this page that it is meant for. */
  own: boolean;
  buffers: ArrayBuffer[];
}

export class Channel implements Asks {
  constructor(private readonly model: SharedModel) {
    this.rpc = new Rpc(data => model.send({ page: this.page, ...data }));
    model.on('msg:custom', this.onMessage);
  }

  readonly page = crypto.getRandomValues(new Uint32Array(2)).join('-');
  /** Called with what the kernel says unasked. */
  heard: (told: Told) => void = () => undefined;

  request<M extends keyof Methods>(method: M, params: Methods[M]['params']): Promise<Answer<M>> {
    return this.rpc.request(method, params);
  }

  /** Tell the kernel something that needs no answer. */
  tell(what: string, data: unknown): void {
    this.model.send({ page: this.page, tell: what, data });
  }

  dispose(): void {
    this.model.off('msg:custom', this.onMessage);
    this.rpc.close();
  }

  private readonly onMessage = (content: unknown, views: unknown[] = []): void => {
    if (typeof content !== 'object' || content === null) {
      return;
    }
    const page = 'page' in content ? content.page : '';
    if ('reply' in content) {
      if (page === this.page) {
        this.rpc.receive(content, views.map(bytesOf));
      }
    } else if ('what' in content && typeof content.what === 'string' && 'data' in content) {
      const { what, data } = content;
      this.heard({ what, data, own: page === this.page, buffers: views.map(bytesOf) });
    }
  };

  private readonly rpc: Rpc;
}
