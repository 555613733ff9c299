/**
 * One comm to a kernel.
 *
 * JupyterLab lets only one of its connections to a kernel hold comms, and takes that one away with the notebook it
 * belongs to. So the messages are sent and heard here, which works on every connection.
 */
import { type Kernel, KernelMessage } from '@jupyterlab/services';
import { type JSONObject, UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

/** A comm that this page opened. */
export class Wire implements IDisposable {
  constructor(
    private readonly kernel: Kernel.IKernelConnection,
    private readonly target: string,
    private readonly subshellId: string | null
  ) {
    kernel.iopubMessage.connect(this.onMessage, this);
  }

  /** Called with what the kernel says. */
  heard: (data: unknown, buffers: ArrayBuffer[]) => void = () => undefined;
  /** Called when the kernel ends it. */
  ended: () => void = () => undefined;
  /** Called when another process answers in the kernel's place: it was restarted, perhaps from another page. */
  replaced: () => void = () => undefined;

  /** Which process answered; empty before it did. */
  session = '';

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  open(): void {
    this.post(
      KernelMessage.createMessage<KernelMessage.ICommOpenMsg<'shell'>>({
        ...this.envelope(),
        msgType: 'comm_open',
        content: { comm_id: this.id, target_name: this.target, data: {} }
      })
    );
  }

  send(data: JSONObject): void {
    this.post(
      KernelMessage.createMessage<KernelMessage.ICommMsgMsg<'shell'>>({
        ...this.envelope(),
        msgType: 'comm_msg',
        content: { comm_id: this.id, data }
      })
    );
  }

  /** Tell the kernel that nobody listens any more, and do so. */
  close(): void {
    if (!this._isDisposed && !this.kernel.isDisposed) {
      this.post(
        KernelMessage.createMessage<KernelMessage.ICommCloseMsg<'shell'>>({
          ...this.envelope(),
          msgType: 'comm_close',
          content: { comm_id: this.id, data: {} }
        })
      );
    }
    this.dispose();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this.kernel.iopubMessage.disconnect(this.onMessage, this);
      Signal.clearData(this);
    }
  }

  private envelope() {
    return {
      channel: 'shell' as const,
      username: this.kernel.username,
      session: this.kernel.clientId,
      subshellId: this.subshellId
    };
  }

  private post<T extends 'comm_open' | 'comm_msg' | 'comm_close'>(
    message: KernelMessage.IShellMessage<T>
  ): void {
    this.kernel.sendShellMessage(message, false, true).done.catch(() => undefined);
  }

  private onMessage(_kernel: Kernel.IKernelConnection, message: KernelMessage.IIOPubMessage): void {
    if (KernelMessage.isCommMsgMsg(message) && message.content.comm_id === this.id) {
      this.session = message.header.session;
      this.heard(message.content.data, buffersOf(message));
    } else if (KernelMessage.isCommCloseMsg(message) && message.content.comm_id === this.id) {
      this.dispose();
      this.ended();
    } else if (this.session && KernelMessage.isStatusMsg(message) && this.isReplaced(message)) {
      this.dispose();
      this.replaced();
    }
  }

  /** The server, too, speaks for a kernel, but only of its restart and its death. */
  private isReplaced({ header, content }: KernelMessage.IStatusMsg): boolean {
    return header.session !== this.session && ['starting', 'busy', 'idle'].includes(content.execution_state);
  }

  private readonly id = UUID.uuid4();
  private _isDisposed = false;
}

/** Give the buffers of a message as memory of their own, so that typed arrays may begin at 0. */
function buffersOf(message: KernelMessage.IMessage): ArrayBuffer[] {
  return (message.buffers ?? []).map(part =>
    part instanceof ArrayBuffer
      ? part
      : (part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength) as ArrayBuffer)
  );
}
