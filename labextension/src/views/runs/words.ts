/** What is said of a run. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunInfo } from '../../protocol';
import { algorithmTitle } from '../../objects';
import type { Choice } from './list';

/** Name of a choice in the menu, with how many runs it shows. */
export function choiceText(choice: Choice, count: number, trans: TranslationBundle): string {
  const words: Record<Choice, string> = {
    all: trans.__('All (%1)', count),
    active: trans.__('Active (%1)', count),
    done: trans.__('Done (%1)', count),
    failed: trans.__('Failed (%1)', count),
    cancelled: trans.__('Cancelled (%1)', count)
  };
  return words[choice];
}

/** What a run is called. */
export function titleText(run: RunInfo): string {
  return algorithmTitle(run.call?.id ?? run.title);
}

/** Why there is nothing in the list. */
export function emptyText(choice: Choice, trans: TranslationBundle): string {
  return choice === 'all'
    ? trans.__('Nothing ran yet. Choose an algorithm on the left; its run appears here.')
    : trans.__('No run is in this state.');
}
