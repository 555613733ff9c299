/**
 * A thread of its own in the kernel, beside the one that runs cells (a subshell, ipykernel 7).
 *
 * JupyterLab learns whether a kernel has subshells from a reply that a busy kernel owes; the channel on which one is
 * asked for answers at once. So a page that was loaded anew while a cell runs need not wait for it.
 */
import { CommsOverSubshells, type Kernel, KernelMessage } from '@jupyterlab/services';

import { withinTime } from './within';

/** Time in which an idle kernel says who it is. */
const INFO_MS = 1000;
/** Time in which a kernel makes a subshell; JupyterLab holds back messages for three seconds of it. */
const SUBSHELL_MS = 6000;

/** Make a subshell; null when the kernel has none to give, or the user wants none. */
export async function createSubshell(kernel: Kernel.IKernelConnection): Promise<string | null> {
  if (kernel.commsOverSubshells === CommsOverSubshells.Disabled) {
    return null;
  }
  const info = await withinTime(kernel.info, INFO_MS);
  if (info && !kernel.supportsSubshells) {
    return null;
  }
  const made = askForSubshell(kernel);
  const id = await withinTime(made, SUBSHELL_MS);
  if (id === undefined) {
    void made.then(late => late && deleteSubshell(kernel, late)).catch(() => undefined);
  }
  return id ?? null;
}

/** Whether a subshell is still there, as after the wire was cut. */
export async function hasSubshell(kernel: Kernel.IKernelConnection, id: string): Promise<boolean> {
  const message = KernelMessage.createMessage<KernelMessage.IListSubshellRequestMsg>({
    msgType: 'list_subshell_request',
    channel: 'control',
    username: kernel.username,
    session: kernel.clientId,
    content: {}
  });
  const reply = await withinTime(kernel.sendControlMessage(message, true).done, SUBSHELL_MS);
  return !!reply && 'subshell_id' in reply.content && [reply.content.subshell_id].flat().includes(id);
}

/** Give a subshell back. */
export function deleteSubshell(kernel: Kernel.IKernelConnection, id: string): void {
  if (!kernel.isDisposed && kernel.connectionStatus === 'connected' && kernel.status !== 'dead') {
    const message = KernelMessage.createMessage<KernelMessage.IDeleteSubshellRequestMsg>({
      msgType: 'delete_subshell_request',
      channel: 'control',
      username: kernel.username,
      session: kernel.clientId,
      content: { subshell_id: id }
    });
    void kernel.sendControlMessage(message, true).done.catch(() => undefined);
  }
}

async function askForSubshell(kernel: Kernel.IKernelConnection): Promise<string | null> {
  const message = KernelMessage.createMessage<KernelMessage.ICreateSubshellRequestMsg>({
    msgType: 'create_subshell_request',
    channel: 'control',
    username: kernel.username,
    session: kernel.clientId,
    content: {}
  });
  const { content } = await kernel.sendControlMessage(message, true).done;
  return 'subshell_id' in content && typeof content.subshell_id === 'string' ? content.subshell_id : null;
}
