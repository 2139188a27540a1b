/** Tabs as screen readers and keyboards expect them: one is in the order of Tab, arrows go to the others. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";

export interface Tab {
  id: string;
  label: ComponentChildren;
}

interface Props {
  label: string;
  name: string;
  tabs: readonly Tab[];
  chosen: string | null;
  choose: (id: string) => void;
}

export const tabId = (name: string, id: string): string => `${name}-tab-${id.replace(/[^\w-]/g, (letter) => `_${letter.codePointAt(0)}`)}`;

export function Tabs({ label, name, tabs, chosen, choose }: Props): JSX.Element {
  useEffect(() => {
    if (chosen !== null) document.getElementById(tabId(name, chosen))?.scrollIntoView({ block: "nearest", inline: "nearest" }); // where there is no room for all
  }, [name, chosen]);
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex((tab) => tab.id === chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    if (tab === undefined) return;
    choose(tab.id);
    document.getElementById(tabId(name, tab.id))?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          id={tabId(name, tab.id)}
          aria-selected={tab.id === chosen}
          aria-controls={`${name}-panel`}
          tabIndex={tab.id === chosen ? 0 : -1}
          onClick={() => choose(tab.id)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
