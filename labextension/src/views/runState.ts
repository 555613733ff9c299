/** How a run stands, in words; in the list of runs and in the form that began it. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunInfo } from '../protocol';

/** How a run stands: a sign and a word, so that colour is never the only signal. */
export function stateWord(run: RunInfo, trans: TranslationBundle): { sign: string; word: string } {
  const words: Record<RunInfo['state'], { sign: string; word: string }> = {
    queued: { sign: '○', word: trans.__('waiting') },
    running: { sign: '▶', word: trans.__('running') },
    done: { sign: '✓', word: trans.__('done') },
    failed: { sign: '✕', word: trans.__('failed') },
    cancelled: { sign: '⊘', word: trans.__('cancelled') }
  };
  return words[run.state];
}
