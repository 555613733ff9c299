/**
 * Requests with replies, and events, over anything that carries JSON and buffers.
 * It knows neither JupyterLab nor a kernel, so that a test can be the other end.
 */
import type { ErrorInfo, Events, Methods, Reply } from './protocol';

/** What carries a request to the kernel. */
export type Send = (data: Record<string, unknown>) => void;

/** What a request gives back: the result, and the arrays that travelled beside it. */
export interface Answer<M extends keyof Methods> {
  result: Methods[M]['result'];
  buffers: ArrayBuffer[];
}

/** An error that the kernel told. */
export class RemoteError extends Error {
  constructor(readonly info: ErrorInfo) {
    super(info.message);
    this.name = info.kind;
  }
}

/** The way to the kernel was cut while a request was under way. */
export class LostError extends Error {}

interface Pending {
  resolve: (answer: Answer<keyof Methods>) => void;
  reject: (reason: Error) => void;
}

type Listener<E extends keyof Events> = (data: Events[E]) => void;

/** One end of the wire. */
export class Rpc {
  constructor(private readonly send: Send) {}

  /** Ask the kernel; rejects with RemoteError when it says no, with LostError when it is gone. */
  request<M extends keyof Methods>(method: M, params: Methods[M]['params']): Promise<Answer<M>> {
    if (this.closed) {
      return Promise.reject(new LostError('not connected'));
    }
    const id = ++this.count;
    return new Promise<Answer<M>>((resolve, reject) => {
      this.pending.set(id, { resolve: resolve as Pending['resolve'], reject });
      this.send({ id, method, params });
    });
  }

  /** Listen to an event; what is returned ends that. */
  on<E extends keyof Events>(event: E, listener: Listener<E>): () => void {
    const heard = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, heard);
    heard.add(listener as Listener<keyof Events>);
    return () => {
      heard.delete(listener as Listener<keyof Events>);
    };
  }

  /** Take a message of the kernel. */
  receive(data: unknown, buffers: ArrayBuffer[] = []): void {
    if (isEvent(data)) {
      this.listeners.get(data.event)?.forEach(listener => listener(data.data));
    } else if (isReply(data)) {
      this.settle(data.reply, buffers);
    }
  }

  /** Reject whatever is under way. */
  close(): void {
    this.closed = true;
    for (const { reject } of this.pending.values()) {
      reject(new LostError('the kernel is gone'));
    }
    this.pending.clear();
    this.listeners.clear();
  }

  private settle(reply: Reply, buffers: ArrayBuffer[]): void {
    const pending = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    if (!pending) {
      return;
    }
    if (reply.ok) {
      pending.resolve({ result: reply.result as Methods[keyof Methods]['result'], buffers });
    } else {
      pending.reject(new RemoteError(reply.error ?? UNKNOWN));
    }
  }

  private closed = false;
  private count = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Map<keyof Events, Set<Listener<keyof Events>>>();
}

const UNKNOWN: ErrorInfo = { kind: 'Error', message: 'no reason was given', fields: {}, traceback: '' };

function isEvent(data: unknown): data is { event: keyof Events; data: Events[keyof Events] } {
  return typeof data === 'object' && data !== null && 'event' in data && 'data' in data;
}

function isReply(data: unknown): data is { reply: Reply } {
  return typeof data === 'object' && data !== null && 'reply' in data;
}
