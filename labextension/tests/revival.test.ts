/** A kernel that starts anew, asked until it answers. */
import type { Kernel } from '@jupyterlab/services';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { whoAnswers } from '../src/revival';

/** A kernel that gives these sessions as its answers, one after another; nothing where it does not answer. */
function kernelThatSays(...sessions: (string | undefined)[]) {
  const requestKernelInfo = vi.fn(() => {
    const session = sessions.shift();
    return session === undefined
      ? new Promise<undefined>(() => undefined)
      : Promise.resolve({ header: { session } });
  });
  return {
    connectionStatus: 'connected' as Kernel.ConnectionStatus,
    status: 'unknown' as Kernel.Status,
    requestKernelInfo
  };
}

describe('a kernel that starts anew', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', { setTimeout, clearTimeout });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is asked again when an answer is lost', async () => {
    const kernel = kernelThatSays(undefined, undefined, 'new');
    const who = whoAnswers(kernel, () => false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await who).toBe('new');
    expect(kernel.requestKernelInfo).toHaveBeenCalledTimes(3);
  });

  it('is not taken for the process that goes', async () => {
    const who = whoAnswers(kernelThatSays('old', 'old', 'new'), () => false, 'old');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await who).toBe('new');
  });

  it('is left alone while it is being ended or the wire is cut', async () => {
    const kernel = Object.assign(kernelThatSays('new'), { status: 'restarting' });
    let given = false;
    const who = whoAnswers(kernel, () => given);
    await vi.advanceTimersByTimeAsync(5000);
    Object.assign(kernel, { status: 'unknown', connectionStatus: 'connecting' });
    await vi.advanceTimersByTimeAsync(5000);
    expect(kernel.requestKernelInfo).not.toHaveBeenCalled();
    given = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await who).toBe('');
  });

  it('is asked less often the longer it takes', async () => {
    const kernel = kernelThatSays();
    let given = false;
    const who = whoAnswers(kernel, () => given);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(kernel.requestKernelInfo.mock.calls.length).toBeLessThan(18);
    given = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await who).toBe('');
  });
});
