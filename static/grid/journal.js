// What is typed and not saved yet, kept by this browser: it outlives the tab, a crash and a day without a network.
// One list for each person and schedule; a tab writes its own rows in it and leaves those of another tab alone.

const OLDEST = 30 * 24 * 3600 * 1000; // milliseconds after which an entry is forgotten

const tab = Math.random().toString(36).slice(2);

export class Journal {
  own = new Set();
  isKept = true; // whether the browser took what was written last

  constructor(person, url) {
    this.name = `unsaved ${person} ${url}`;
  }

  /** The entries by name; what cannot be read is as good as none. */
  read() {
    try {
      const entries = Object.entries(JSON.parse(localStorage.getItem(this.name)) ?? {});
      return Object.fromEntries(entries.filter(([, { at }]) => at > Date.now() - OLDEST));
    } catch {
      return {};
    }
  }

  /** Have these entries ({key, …}; key "" for a row the server does not know) in place of those written before. */
  write(entries) {
    const all = this.read();
    for (const name of this.own) delete all[name];
    const named = entries.map((entry) => [entry.key || `${tab} ${entry.row}`, { ...entry, at: Date.now() }]);
    this.own = new Set(named.map(([name]) => name));
    Object.assign(all, Object.fromEntries(named));
    try {
      if (Object.keys(all).length) localStorage.setItem(this.name, JSON.stringify(all));
      else localStorage.removeItem(this.name);
      this.isKept = true;
    } catch { // full, or not allowed
      this.isKept = false;
    }
  }

  /** Take all entries over from tabs that are gone. */
  takeOver() {
    const entries = this.read();
    this.own = new Set(Object.keys(entries));
    return Object.values(entries);
  }
}
