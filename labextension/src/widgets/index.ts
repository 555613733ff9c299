/**
 * The door of the bundle. One hidden widget brings it to a page, once; the small loaders of all others wait here for it.
 */
import * as React from 'react';
import { createRoot } from 'react-dom/client';

import { Exhibit } from './exhibit';
import type { Drawn, SharedModel } from './host';
import { ImageWidget } from './imageWidget';
import { LevelsWidget } from './levelsWidget';
import { PlanesWidget } from './planesWidget';
import { askedLook } from './sharing';
import style from './widgets.css?inline';

/** What a loader calls. */
interface Widgets {
  begin(model: SharedModel): () => void;
  draw(drawn: Drawn, as: string): () => void;
}

interface Waiting {
  ready: Promise<Widgets>;
  done: (widgets: Widgets) => void;
}

const DRAWN = { image: ImageWidget, levels: LevelsWidget, planes: PlanesWidget };
const PLACE = Symbol.for('daisy-lab.widgets');

const exhibits = new Map<string, Exhibit>();
const arrived = new Map<string, ((exhibit: Exhibit) => void)[]>();

const widgets: Widgets = {
  /** A widget is there, on the screen or not. */
  begin(model) {
    const key = String(model.get('key'));
    const exhibit = new Exhibit(model, askedLook(model));
    exhibits.set(key, exhibit);
    arrived.get(key)?.forEach(call => call(exhibit));
    arrived.delete(key);
    return () => {
      exhibits.delete(key);
      exhibit.dispose();
    };
  },

  /** Draw a widget, or a part of another one, whose key it names. */
  draw({ model, el }, as) {
    // A box of its own: the element itself is laid out by the page's widgets, whose styles come and go.
    const box = el.appendChild(document.createElement('div'));
    box.className = 'jp-DaisyWidget-box';
    box.style.height = String(model.get('height') ?? '');
    const root = createRoot(box);
    const key = String(model.get('key'));
    const part = Object.entries(DRAWN).find(([name]) => name === as)?.[1];
    const paint = (exhibit: Exhibit) => part && root.render(React.createElement(part, { exhibit }));
    const there = exhibits.get(key);
    if (there) {
      paint(there);
    } else {
      arrived.set(key, [...(arrived.get(key) ?? []), paint]);
    }
    el.classList.add('jp-DaisyWidget');
    return () => root.unmount();
  }
};

function place(): Waiting {
  const known = (globalThis as Record<symbol, unknown>)[PLACE] as Waiting | undefined;
  if (known) {
    return known;
  }
  let done: Waiting['done'] = () => undefined;
  const ready = new Promise<Widgets>(resolve => {
    done = resolve;
  });
  const made = { ready, done };
  (globalThis as Record<symbol, unknown>)[PLACE] = made;
  return made;
}

// A hidden widget's own style sheet would not be taken: only what is drawn brings one.
const sheet = document.createElement('style');
sheet.textContent = style;
document.head.prepend(sheet);
place().done(widgets);

export default {};
