/** What the notebook of study 003 holds. */
import type { InventoryItem } from "./inventory.ts";

export const study003: readonly InventoryItem[] = [];
