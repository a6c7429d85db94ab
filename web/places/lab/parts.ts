/** The parts of the Lab, by the names that they have in addresses. */
export const labParts = [
  { name: "data", title: "The ratings" },
  { name: "films", title: "Films side by side" },
  { name: "model", title: "How it thinks" },
  { name: "models", title: "Which is better" },
  { name: "studies", title: "Studies" },
] as const;

export type LabPart = (typeof labParts)[number]["name"];

export function isLabPart(name: string): name is LabPart {
  return labParts.some((part) => part.name === name);
}
