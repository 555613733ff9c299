/** Ties of React components to signals, and to the size and the scrolling of an element. */
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

/** Draw anew when a signal says one of these; whatever it says, when none are named. */
export function useSignal<T, A>(signal: ISignal<T, A>, ...wanted: A[]): void {
  const [, again] = React.useReducer((count: number) => count + 1, 0);
  const told = wanted.join();
  React.useEffect(() => {
    const heard = (_sender: T, what: A) => {
      if (told === '' || told.split(',').includes(String(what))) {
        again();
      }
    };
    signal.connect(heard);
    // What it said between the drawing and this moment was heard by nobody.
    again();
    return () => void signal.disconnect(heard);
  }, [signal, told]);
}

/** Give the size of an element, and follow it. */
export function useSize(element: React.RefObject<Element>): { height: number; width: number } {
  const [size, setSize] = React.useState({ height: 0, width: 0 });
  React.useEffect(() => {
    if (!element.current) {
      return;
    }
    const observer = new ResizeObserver(([entry]) => {
      if (entry) {
        setSize({ height: entry.contentRect.height, width: entry.contentRect.width });
      }
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** Give how far a list is scrolled and how much of it one sees, and follow both. */
export function useScrolled(element: React.RefObject<Element>): [top: number, height: number] {
  const [seen, setSeen] = React.useState<[number, number]>([0, 600]);
  React.useLayoutEffect(() => {
    const list = element.current;
    if (!list) {
      return undefined;
    }
    const look = (): void =>
      setSeen(old =>
        old[0] === list.scrollTop && old[1] === list.clientHeight ? old : [list.scrollTop, list.clientHeight]
      );
    const observer = new ResizeObserver(look);
    observer.observe(list);
    list.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      list.removeEventListener('scroll', look);
    };
  }, [element]);
  return seen;
}
