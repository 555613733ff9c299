/**
 * Waits for a kernel that starts anew.
 *
 * What is sent to a process that is not ready yet is lost, and so may be the message by which it says that it is there:
 * neither JupyterLab nor the server asks again. So who it is, is asked until an answer comes.
 */
import type { Kernel } from '@jupyterlab/services';

import { withinTime } from './within';

/** Time in which a kernel that is ready says who it is. */
const ANSWER_MS = 2000;
/** One that runs a cell may take longer: it is asked less and less often. */
const LONGEST_MS = 20_000;
/** Time between two looks at a wire that is cut. */
const PAUSE_MS = 250;

/** What is needed of a kernel. */
interface Asked extends Pick<Kernel.IKernelConnection, 'connectionStatus' | 'status'> {
  requestKernelInfo(): Promise<{ header: { session: string } } | undefined>;
}

/**
 * Ask a kernel who it is, until it says so.
 *
 * @param given - Whether to give up.
 * @param before - The session of the process that was there before; it does not count.
 * @returns The session of the process that answers; empty when it was given up.
 */
export async function whoAnswers(kernel: Asked, given: () => boolean, before = ''): Promise<string> {
  let patience = ANSWER_MS;
  while (!given()) {
    const begin = Date.now();
    const reply = isReachable(kernel) ? await withinTime(ask(kernel), patience) : undefined;
    if (reply && reply.header.session !== before) {
      return reply.header.session;
    }
    if (Date.now() - begin >= patience) {
      patience = Math.min(1.5 * patience, LONGEST_MS);
    } else {
      await new Promise(resolve => window.setTimeout(resolve, PAUSE_MS));
    }
  }
  return '';
}

/** Before the wire is opened anew, it is the process that goes which would answer. */
function isReachable({ connectionStatus, status }: Asked): boolean {
  return connectionStatus === 'connected' && status !== 'restarting' && status !== 'autorestarting';
}

/** A kernel that is disposed of says so at once, as an exception. */
async function ask(kernel: Asked) {
  return kernel.requestKernelInfo();
}
