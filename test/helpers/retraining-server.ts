/** Retrains on the schedule that its parent sends, until it is killed. */
import { type ScheduleOptions, scheduleRetraining } from "../../src/retraining/schedule.ts";
import { openStore } from "../../src/store/open-store.ts";

process.on("message", async (options: Omit<ScheduleOptions, "store">) => {
  scheduleRetraining({ ...options, store: await openStore(options.place) });
});
