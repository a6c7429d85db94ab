/** What the notebook of study 002 holds. */
import type { InventoryItem } from "./inventory.ts";

export const study002: readonly InventoryItem[] = [];
