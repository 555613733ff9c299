/** What a page gives a widget: its state in the kernel, and messages beside it. Nothing of anywidget is bundled. */

/** The state that kernel and page share. */
export interface SharedModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, listener: (...values: never[]) => void): void;
  off(event: string, listener: (...values: never[]) => void): void;
}

/** What is handed over when a view is to be drawn. */
export interface Drawn {
  model: SharedModel;
  el: HTMLElement;
}

/** Give an array of texts and numbers as bytes of its own, aligned. */
export function bytesOf(view: unknown): ArrayBuffer {
  if (view instanceof ArrayBuffer) {
    return view;
  }
  if (!ArrayBuffer.isView(view)) {
    return new ArrayBuffer(0);
  }
  const { buffer, byteOffset, byteLength } = view;
  const whole = byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer;
  return whole ? buffer : new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}
