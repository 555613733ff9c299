/** Commands of the Algorithms panel. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';

import { callOfArgs } from '../../formsArgs';
import { algorithmsIcon } from './icon';
import type { AlgorithmsPanel } from './panel';

export const SEARCH = 'daisy:search-algorithms';
export const OPEN = 'daisy:open-algorithm';

export function addAlgorithmCommands(
  app: JupyterFrontEnd,
  panel: AlgorithmsPanel,
  palette: ICommandPalette | null
): void {
  const { trans } = panel;
  app.commands.addCommand(SEARCH, {
    label: trans.__('Search Algorithms'),
    caption: trans.__('Show the algorithms of the kernel, and search in them'),
    icon: algorithmsIcon,
    execute: () => {
      app.shell.activateById(panel.id);
      panel.search();
    }
  });
  app.commands.addCommand(OPEN, {
    label: trans.__('Open an Algorithm’s Form'),
    caption: trans.__('Open the form of an algorithm, filled with inputs and settings where these are given'),
    execute: args => {
      app.shell.activateById(panel.id);
      if (typeof args['id'] === 'string') {
        panel.open(args['id'], callOfArgs(args));
      }
    }
  });
  palette?.addItem({ command: SEARCH, category: trans.__('Daisy') });
}
