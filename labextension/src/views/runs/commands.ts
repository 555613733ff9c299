/** The command that shows the panel at the foot. */
import { type JupyterFrontEnd, LabShell } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunsPanel } from './panel';

const SHOW = 'daisy:show-runs';

/** Add it, and the panel itself, folded away unless the layout of last time shows it. */
export function addRunsCommand(
  { commands, shell, restored }: JupyterFrontEnd,
  panel: RunsPanel,
  trans: TranslationBundle,
  palette: ICommandPalette | null
): void {
  const add = (): void => {
    if (!panel.isAttached) {
      shell.add(panel, 'down', { rank: 300, activate: false });
    }
  };
  commands.addCommand(SHOW, {
    label: trans.__('Show Runs'),
    caption: trans.__('Show what runs and what ran, at the foot'),
    describedBy: { args: {} },
    execute: () => {
      add();
      shell.activateById(panel.id);
    }
  });
  palette?.addItem({ command: SHOW, category: trans.__('Daisy') });
  void restored.then(() => {
    if (!panel.isAttached) {
      add();
      foldAway(shell);
    }
  });
}

function foldAway(shell: JupyterFrontEnd.IShell): void {
  if (shell instanceof LabShell) {
    shell.collapseDown();
  }
}
