// Loaded before the command: at SIGUSR2, its clock goes back by an hour.
const RealDate = Date;
let shift = 0;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [RealDate.now() + shift] : given));
  }
  static now() {
    return RealDate.now() + shift;
  }
};
process.on("SIGUSR2", () => {
  shift = -3_600_000;
});
