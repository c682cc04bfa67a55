-- | The newest sessions, with their reports.
module Retail.Office.Page.Reports (component) where

import Prelude

import Data.Array (catMaybes, null)
import Data.Either (either, hush)
import Data.Maybe (Maybe(..), isJust, maybe)
import Data.Traversable (traverse)
import Effect.Class (liftEffect)
import Halogen as H
import Halogen.HTML as HH
import Retail.AppM (AppM)
import Retail.Api.Request as Request
import Retail.Api.Types (Me, Report)
import Retail.Capability.Api (ask)
import Retail.Component.Chart (bars)
import Retail.Component.Html (button, classes, waiting)
import Retail.Component.Page (print)
import Retail.Component.Report (reportPaper)
import Retail.Data.Money (plainMoney, showMoney)
import Retail.Data.Time (showTime)

type State = { me :: Me, reports :: Maybe (Array Report), shown :: Maybe Report }

data Action = Start | Show Report | Print

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: { me: _, reports: Nothing, shown: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: forall w. State -> HH.HTML w Action
render { me, reports, shown } = HH.main [ classes "page" ]
  [ HH.h1 [ classes "no-print" ] [ HH.text "Sessions and reports" ]
  , case reports of
      Nothing -> waiting "Asking for the reports…"
      Just some | null some -> HH.p_ [ HH.text "There is no session to show. A report needs the rights of a supervisor." ]
      Just some -> HH.div [ classes "split" ]
        [ HH.div [ classes "stack no-print" ]
            [ HH.section [ classes "panel" ] [ HH.h2_ [ HH.text "Total by session" ], bars "Total by session" (map (bar _.total) some) ]
            , HH.section [ classes "panel" ] [ HH.h2_ [ HH.text "Paid by card, by session" ], bars "Paid by card, by session" (map (bar _.cardSales) some) ]
            , HH.div [ classes "scroll" ] [ table some ]
            ]
        , HH.div_ (maybe [] (\one -> [ reportPaper me.organisation one, HH.div [ classes "actions no-print" ] [ button "Print" "" true Print ] ]) shown)
        ]
  ]
  where
  currency = me.organisation.currency
  bar value one = { label: showTime one.openedAt, value: value one, shown: showMoney currency (value one) }
  table some = HH.table_
    [ HH.thead_
        [ HH.tr_
            [ HH.th_ [ HH.text "Opened" ]
            , HH.th_ [ HH.text "Till" ]
            , HH.th [ classes "number" ] [ HH.text "Difference" ]
            , HH.th_ [ HH.text "State" ]
            , HH.th_ []
            ]
        ]
    , HH.tbody_ (map row some)
    ]
  row one = HH.tr [ classes (if map _.tillSessionId shown == Just one.tillSessionId then "chosen" else "") ]
    [ HH.td_ [ HH.text (showTime one.openedAt) ]
    , HH.td_ [ HH.text one.till ]
    , HH.td [ classes "number" ] [ HH.text (maybe "–" (plainMoney currency) one.difference) ]
    , HH.td_ [ HH.text (if isJust one.closedAt then "closed" else "open") ]
    , HH.td_ [ button "Show" "" true (Show one) ]
    ]

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Unit
handle = case _ of
  Start -> do
    sessions <- ask (Request.listSessions { till: Nothing, after: Nothing, limit: Just 30.0 })
    answers <- traverse (ask <<< Request.report <<< _.tillSessionId) (either (const []) _.items sessions)
    H.modify_ _ { reports = Just (catMaybes (map hush answers)) }
  Show report -> H.modify_ _ { shown = Just report }
  Print -> liftEffect print
