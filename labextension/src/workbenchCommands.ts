/** Commands that show what belongs to the workbench. */
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import { daisyIcon } from './views/icons';
import { arrange, type Tools } from './workbench';

/** The command that arranges everything. */
export const WORKBENCH = 'daisy:workbench';
const DATA = 'daisy:show-data';

/** Add them to the application and its palette. */
export function addWorkbenchCommands(
  tools: Tools,
  trans: TranslationBundle,
  settings: Promise<ISettingRegistry.ISettings> | null,
  palette: ICommandPalette | null
): void {
  const { commands, shell } = tools.app;
  commands.addCommand(WORKBENCH, {
    label: trans.__('Daisy Workbench'),
    caption: trans.__('Show algorithms, data and runs around a notebook and its console'),
    icon: daisyIcon,
    describedBy: { args: { type: 'object', properties: { cwd: { type: 'string' } } } },
    execute: async args => {
      const chosen = (await settings?.catch(() => null))?.composite;
      const folder = typeof args['cwd'] === 'string' ? args['cwd'] : '';
      return arrange(tools, { console: chosen?.['console'] !== false }, folder);
    }
  });
  commands.addCommand(DATA, {
    label: trans.__('Show Data'),
    caption: trans.__('Show what the kernel holds'),
    describedBy: { args: {} },
    execute: () => shell.activateById('daisy-lab-data')
  });
  for (const command of [WORKBENCH, DATA]) {
    palette?.addItem({ command, category: trans.__('Daisy') });
  }
}
