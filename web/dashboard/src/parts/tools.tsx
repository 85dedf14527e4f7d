import type { JSX, RefObject } from "preact";
import { useState } from "preact/hooks";

import { useNames } from "../api/use-names";
import { copyText } from "../exports/copy";
import { csvOf, dialectOf } from "../exports/csv";
import { csvBlob, download, fileName } from "../exports/download";
import { pngOf } from "../exports/png";
import type { Question } from "../exports/question";
import { sqlOf } from "../exports/sql";
import { asMayAsk } from "../exports/within-reach";
import { tableUrl } from "../exports/table-url";
import type { Sheet } from "../figures/sheet";
import { definitionOf, type Explained } from "../i18n/definitions";
import { toggleTable } from "../state/navigation";
import { type Setting, useSetting } from "../state/setting";
import { Icon } from "./icons";
import type { LegendItem } from "./legend";
import { periodName, scopeName } from "./scope-name";
import { Popover } from "./popover";

interface Props {
  readonly id: string;
  readonly title: string;
  readonly explained: readonly Explained[];
  readonly sheet: Sheet | undefined;
  /** Whether the figures are a table by nature, without a chart to go back to. */
  readonly tabular?: boolean;
  readonly picture: Picture;
  readonly question: Question;
}

/** What a picture is made of. */
interface Picture {
  readonly drawing: RefObject<HTMLElement>;
  readonly title: string;
  readonly legend: readonly LegendItem[];
}

/** What a card and a chart offer beside their figures: what they mean, their table, their files. */
export function Tools(props: Props): JSX.Element {
  return (
    <div class="tools">
      <Meaning title={props.title} explained={props.explained} />
      {props.sheet && <Menu {...props} sheet={props.sheet} />}
    </div>
  );
}

function Meaning({ title, explained }: Pick<Props, "title" | "explained">): JSX.Element {
  const { words, language, own } = useSetting();
  return (
    <Popover class="tool" align="end" label={words.panel.definition(title)} face={<Icon name="info" />}>
      {() => (
        <div class="meaning">
          {explained.map((it) => {
            const definition = definitionOf(it, language, own);
            return <p lang={definition.language}>{definition.text}</p>;
          })}
        </div>
      )}
    </Popover>
  );
}

type Sheeted = Props & { readonly sheet: Sheet };

function Menu(props: Sheeted): JSX.Element {
  const { words } = useSetting();
  return (
    <Popover class="tool" align="end" label={words.panel.more(props.title)} face={<Icon name="more" />}>
      {(close) => <Items {...props} close={close} />}
    </Popover>
  );
}

/** What there is to do. The menu goes once that is done, or stays and says that it was not, or that something was copied. */
function Items(props: Sheeted & { readonly close: () => void }): JSX.Element {
  const { id, title, sheet, tabular = false, picture, question, close } = props;
  const setting = useSetting();
  const { words, address } = setting;
  const nameOf = useNames(address.filters);
  const [said, setSaid] = useState("");
  const about = () => scopeName(setting, nameOf, question.filters);
  const above = () => [title, ...about(), ...sheet.notes];
  const asTable = tabular || address.tables.includes(id);
  // What makes a file may have to be loaded first, which a server that is away does not do.
  const save = (file: Promise<void>) => void file.then(close, () => setSaid(words.panel.notSaved));
  const showOther = () => {
    close();
    toggleTable(id);
  };
  return (
    <ul class="menu">
      {!tabular && <Item act={showOther}>{asTable ? words.panel.chart : words.panel.table}</Item>}
      <Item act={() => save(saveCsv(setting, title, above(), sheet))}>{words.panel.csv}</Item>
      <Item act={() => save(saveXlsx(setting, title, above(), sheet))}>{words.panel.xlsx}</Item>
      {!asTable && <Item act={() => save(savePng(setting, title, about(), picture))}>{words.panel.png}</Item>}
      <Copies question={question} say={setSaid} />
      <li class="menu-said" role="status">
        {said}
      </li>
    </ul>
  );
}

function Item({ act, children }: { act: () => void; children: string }): JSX.Element {
  return (
    <li>
      <button type="button" onClick={act}>
        {children}
      </button>
    </li>
  );
}

/** The question behind the figures, for whoever asks it again elsewhere. */
function Copies({ question, say }: { question: Question; say: (text: string) => void }): JSX.Element {
  const { shop, words, may } = useSetting();
  const { graphql, table } = asMayAsk(may, question);
  const texts = { graphql, sql: table && sqlOf(table, shop.calendar), url: table && tableUrl(location.origin, table) };
  return (
    <>
      {(["graphql", "sql", "url"] as const).map((kind) => {
        const text = texts[kind];
        if (text === undefined) return null;
        const copy = async () => say((await copyText(text)) ? words.panel.copied : words.panel.notCopied);
        return <Item act={() => void copy()}>{words.panel.copy[kind]}</Item>;
      })}
    </>
  );
}

/** What writes workbooks is loaded by those who want one. */
async function saveXlsx(setting: Setting, title: string, about: readonly string[], sheet: Sheet): Promise<void> {
  const { xlsxOf } = await import("../exports/xlsx");
  download(fileName(title, periodName(setting), "xlsx"), xlsxOf(sheet, about));
}

async function saveCsv(setting: Setting, title: string, about: readonly string[], sheet: Sheet): Promise<void> {
  const csv = csvOf(sheet, about, dialectOf(setting.format.locale));
  download(fileName(title, periodName(setting), "csv"), csvBlob(csv));
}

async function savePng(
  setting: Setting,
  name: string,
  about: readonly string[],
  { drawing, title, legend }: Picture,
): Promise<void> {
  const svg = drawing.current?.querySelector<SVGSVGElement>("svg:not(.icon)");
  if (!svg) return;
  const picture = await pngOf(svg, { title, about, legend });
  download(fileName(name, periodName(setting), "png"), picture);
}
