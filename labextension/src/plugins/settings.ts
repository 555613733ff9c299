/** Texts of our settings in the reader's language. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { translated } from '../schemaTexts';
import { IConnections } from '../tokens';

/** Plugins of ours that have settings: each file in schema/. */
const WITH_SETTINGS = ['daisy-lab:views', 'daisy-lab:workbench'];

export const settingsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'daisy-lab:settings',
  description: 'Texts of the settings in the language of the reader.',
  autoStart: true,
  requires: [IConnections, ISettingRegistry],
  activate: (_app: JupyterFrontEnd, { trans }: IConnections, registry: ISettingRegistry): void => {
    const speak = (id: string): void => {
      const plugin = registry.plugins[id];
      if (plugin && WITH_SETTINGS.includes(id)) {
        plugin.schema = translated(plugin.schema, text => trans.gettext(text));
      }
    };
    // A setting that is changed is read anew, in English.
    registry.pluginChanged.connect((_, id) => speak(id));
    WITH_SETTINGS.forEach(id => {
      // Without it the settings read as the schema has them.
      registry.load(id).then(
        () => speak(id),
        () => undefined
      );
    });
  }
};
