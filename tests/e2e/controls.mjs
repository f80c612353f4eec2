// Which controls the pages showed, and which of them a test used. A control that no test uses is one whose
// effect nobody checks, so the last line of a whole run names it.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Runs in the page: tells of each control once it can be seen, and again once it is used.
function census() {
  const controls = 'button, input, select, textarea, summary';
  const told = new Set();
  const tell = (what, control) => {
    const place = control.closest('.top-bar') ? 'each page' : pageName();
    const line = `${what}\t${place}\t${control.localName}\t${nameOf(control)}`;
    if (told.has(line)) return;
    told.add(line);
    globalThis.testlooperControl(line);
  };
  const plain = (text) =>
    text
      .replace(/\b[0-9a-f]{8,40}\b/g, '…')
      .replace(/\d[\d,.]*/g, 'N')
      .replace(/\s+/g, ' ')
      .trim();
  // A label's hint and a select's options are no part of the name; in a row it goes on with what the row is about.
  const firstText = (label) => document.createTreeWalker(label, NodeFilter.SHOW_TEXT).nextNode()?.data;
  const nameOf = (control) => {
    const label = control.labels?.[0];
    const name = plain(control.getAttribute('aria-label') || (label ? firstText(label) : control.textContent) || '');
    return control.closest('tr, li, form')?.matches('tr, li') ? `${name.split(' ')[0]} …` : name;
  };
  // A page is known by its address without what the address names.
  const pageName = () => {
    const [first = '', second = '', third = 'b'] = location.pathname.split('/').filter(Boolean);
    if (first === 'r') return `r/${third}${third === 'clusters' && location.pathname.split('/').length > 4 ? '/one' : ''}`;
    return second ? `${first}/one` : first;
  };
  let asked = false;
  const look = () => {
    asked = false;
    for (const control of document.querySelectorAll(controls)) {
      if (!control.disabled && control.checkVisibility({ visibilityProperty: true })) tell('seen', control);
    }
  };
  const lookSoon = () => {
    if (asked) return;
    asked = true;
    setTimeout(look, 50);
  };
  new MutationObserver(lookSoon).observe(document, { subtree: true, childList: true, attributes: true });
  for (const kind of ['click', 'input', 'change']) {
    document.addEventListener(
      kind,
      (event) => {
        const control = event.target.closest?.(controls);
        if (control && (kind !== 'click' || !control.matches('select, textarea, input:not([type=checkbox], [type=radio], [type=submit])'))) {
          tell('used', control);
        }
      },
      true,
    );
  }
}

// Adds what this browser sees to a file in the folder.
export async function watchControls(context, folder) {
  const file = join(folder, `${process.pid}.controls`);
  await context.exposeBinding('testlooperControl', (_, line) => appendFileSync(file, `${line}\n`));
  await context.addInitScript(census);
}

export function readCensus(folder) {
  const seen = new Set();
  const used = new Set();
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.controls'))) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean)) {
      const [what, ...control] = line.split('\t');
      (what === 'used' ? used : seen).add(control.join('\t'));
    }
  }
  return { seen: [...new Set([...seen, ...used])].sort(), used };
}
