-- | What was sold, day by day, in the shop's own time zone.
module Retail.Office.Page.Sales (component) where

import Prelude

import Data.Array (filter, nub, null, sort)
import Data.Foldable (sum)
import Data.Maybe (Maybe(..))
import Data.Number.Format (toString)
import DOM.HTML.Indexed.InputType (InputType(..))
import Halogen as H
import Halogen.HTML as HH
import Retail.Api.Request as Request
import Retail.Api.Types (Me, SalesReport)
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Component.Chart (bars)
import Retail.Component.Html (Notice, classes, field, formOf, notice, waiting)
import Retail.Component.Page (answered, stay)
import Retail.Component.Table (Cell(..), plainRow, table)
import Retail.Data.Money (plainMoney, showMoney, showRate)
import Web.Event.Event (Event)

type State = { me :: Me, from :: String, to :: String, report :: Maybe SalesReport, said :: Maybe Notice }

data Action = Start | From String | To String | Ask Event

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: { me: _, from: "", to: "", report: Nothing, said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: forall w. State -> HH.HTML w Action
render state@{ from, to, report, said } = HH.main [ classes "page" ]
  ( [ HH.h1_ [ HH.text "Sales by day" ]
    , formOf "panel row" Ask
        [ field { id: "from", label: "From", value: from, kind: InputDate, change: From }
        , field { id: "to", label: "To", value: to, kind: InputDate, change: To }
        , HH.button [ classes "primary" ] [ HH.text "Show" ]
        ]
    , notice said
    ] <> case report of
      Nothing -> [ waiting "Adding up the sales…" ]
      Just one -> reported state one
  )

-- | A sum of a day is what was sold less what was given back, at tills and on the web.
reported :: forall w. State -> SalesReport -> Array (HH.HTML w Action)
reported { me } { days, categories, webOrders, timeZone } =
  if null dates then [ HH.p_ [ HH.text "Nothing was sold in these days." ] ]
  else
    [ HH.section [ classes "panel" ]
        [ HH.h2_ [ HH.text ("Total " <> showMoney currency (sum (map totalOf dates))) ]
        , bars "Total by day" (map (\day -> { label: day, value: totalOf day, shown: plain (totalOf day) }) dates)
        , HH.p [ classes "detail" ] [ HH.text ("Tills and web orders, less what was given back. Days of " <> timeZone <> ".") ]
        ]
    , HH.h2_ [ HH.text "By till" ]
    , table
        [ Words "Day", Words "Till", Figure "Sales", Figure "Total", Figure "of it tax", Figure "Cash", Figure "Card", Figure "Given back" ]
        (map till days <> map web webOrders)
    , HH.h2_ [ HH.text "By tax" ]
    , table [ Words "Day", Words "Category", Figure "Total", Figure "of it tax", Figure "Given back" ] (map category categories)
    ]
  where
  currency = me.organisation.currency
  plain = plainMoney currency
  dates = sort (nub (map _.day days <> map _.day webOrders))
  totalOf day = sum (map (\one -> one.total - one.refunded) (filter (\one -> one.day == day) days))
    + sum (map (\one -> one.total - one.refunded) (filter (\one -> one.day == day) webOrders))
  till one = plainRow
    [ Words one.day
    , Words one.till
    , Figure (toString one.sales)
    , Figure (plain one.total)
    , Figure (plain one.tax)
    , Figure (plain one.cash)
    , Figure (plain one.card)
    , Figure (plain one.refunded)
    ]
  web one = plainRow
    [ Words one.day
    , Words "Web orders"
    , Figure (toString one.orders)
    , Figure (plain one.total)
    , Figure (plain one.tax)
    , Figure "–"
    , Figure "–"
    , Figure (plain one.refunded)
    ]
  category one = plainRow
    [ Words one.day, Words (one.category <> ", " <> showRate one.rate), Figure (plain one.total), Figure (plain one.tax), Figure (plain one.refunded) ]

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Unit
handle = case _ of
  Start -> look
  From text -> H.modify_ _ { from = text }
  To text -> H.modify_ _ { to = text }
  Ask event -> stay event *> look

-- | Without dates the server chooses: the last week.
look :: forall slots output. H.HalogenM State Action slots output AppM Unit
look = do
  { from, to } <- H.get
  answer <- ask (Request.salesReport { from: given from, to: given to })
  answered answer \report -> H.modify_ _ { report = Just report, from = report.from, to = report.to, said = Nothing }
  where
  given text = if text == "" then Nothing else Just text
