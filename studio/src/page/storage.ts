/** What this browser keeps: the texts of agreements, and data only where that is asked for. */

export interface Kept {
  files: Record<string, string>;
  main: string | null;
  keepsData: boolean;
}

const NAME = "sla-studio";
const TEXTS = "agreement";
const DATA = "data";

export function keptTexts(): Kept | null {
  try {
    const text = localStorage.getItem(`${NAME}-${TEXTS}`);
    return text === null ? null : (JSON.parse(text) as Kept);
  } catch {
    return null;
  }
}

/** Whether it could be kept: a browser may forbid it, or have no room. */
export function keepTexts(kept: Kept): boolean {
  try {
    localStorage.setItem(`${NAME}-${TEXTS}`, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

export async function keepData(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const database = await open();
  const store = database.transaction(DATA, "readwrite").objectStore(DATA);
  store.clear();
  for (const [name, content] of files) store.put(content, name);
  await finished(store.transaction);
  database.close();
}

export async function keptData(): Promise<Map<string, Uint8Array>> {
  const database = await open();
  const store = database.transaction(DATA).objectStore(DATA);
  const [names, contents] = await Promise.all([asked(store.getAllKeys()), asked(store.getAll())]);
  database.close();
  return new Map(names.map((name, n) => [String(name), contents[n] as Uint8Array]));
}

export async function forget(): Promise<void> {
  for (const each of [TEXTS, "toured", "split"]) localStorage.removeItem(`${NAME}-${each}`);
  await new Promise<void>((resolve) => {
    const asking = indexedDB.deleteDatabase(NAME);
    asking.onsuccess = asking.onerror = asking.onblocked = () => resolve();
  });
}

function open(): Promise<IDBDatabase> {
  const asking = indexedDB.open(NAME, 1);
  asking.onupgradeneeded = () => asking.result.createObjectStore(DATA);
  return asked(asking);
}

function asked<T>(asking: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => reject(asking.error ?? new Error("the browser's storage cannot be read"));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("the browser's storage is full"));
  });
}
