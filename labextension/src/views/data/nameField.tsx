/** An object's name while it is being changed, right in the list; what is wrong with it is said below. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

interface Props {
  name: string;
  /** Gives what is wrong with the name; nothing when it was taken. */
  rename: (name: string, wanted: string) => Promise<string>;
  leave: () => void;
  trans: TranslationBundle;
}

export function NameField({ name, rename, leave, trans }: Props): JSX.Element {
  const [wanted, setWanted] = React.useState(name);
  const [fault, setFault] = React.useState('');
  const field = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(name.lastIndexOf('/') + 1, name.length);
  }, [name]);
  const asked = React.useRef(false);
  const take = async (): Promise<void> => {
    if (wanted === name || fault) {
      leave();
    } else if (!asked.current) {
      asked.current = true;
      setFault(await rename(name, wanted));
      asked.current = false;
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Enter') {
      if (!fault) {
        void take();
      }
    } else if (event.key === 'Escape') {
      leave();
    }
  };
  return (
    <span className="jp-DaisyData-rename" onMouseDown={event => event.stopPropagation()}>
      <input
        ref={field}
        type="text"
        spellCheck={false}
        value={wanted}
        aria-label={trans.__('New name of %1', name)}
        aria-invalid={fault !== ''}
        aria-describedby="jp-DaisyData-rename-fault"
        onChange={event => {
          setWanted(event.target.value);
          setFault('');
        }}
        onKeyDown={onKeyDown}
        onDoubleClick={event => event.stopPropagation()}
        onBlur={() => void take()}
      />
      <span id="jp-DaisyData-rename-fault" className="jp-DaisyData-rename-fault" role="alert">
        {fault}
      </span>
    </span>
  );
}
