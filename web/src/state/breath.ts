// Long work on the thread that also draws and listens: it pauses often enough for both.
const work_ms = 8;

export class Breath {
  #since = performance.now();

  // Whether it has worked so long that others shall have their turn.
  get isDue(): boolean {
    return performance.now() - this.#since >= work_ms;
  }

  // At once, or after others had their turn.
  async taken(): Promise<void> {
    if (!this.isDue) return;
    await new Promise((done) => setTimeout(done));
    this.#since = performance.now();
  }
}
