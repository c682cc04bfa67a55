-- | A drawer's report: X while it is open, Z once it is closed.
module Retail.Component.Report (reportPaper) where

import Prelude

import Data.Maybe (Maybe(..), isJust, maybe)
import Data.Number.Format (toString)
import Halogen.HTML as HH
import Retail.Api.Types (Organisation, Report)
import Retail.Component.Html (classes)
import Retail.Data.Money (plainMoney, showMoney, showRate)
import Retail.Data.Time (showTime)

reportPaper :: forall w i. Organisation -> Report -> HH.HTML w i
reportPaper { name, currency } report = HH.section [ classes "receipt" ]
  [ HH.h2_ [ HH.text (if isJust report.closedAt then "Z-report" else "X-report") ]
  , HH.p_ [ HH.text (name <> " · " <> report.till) ]
  , HH.p_ [ HH.text (showTime report.openedAt <> maybe "" (\at -> " to " <> showTime at) report.closedAt) ]
  , HH.table_
      ( [ row "Sales" (toString report.sales)
        , row "Refunds" (toString report.refunds)
        , row "Receipts" (maybe "none" (\first -> toString first <> maybe "" (\last -> "–" <> toString last) report.lastReceipt) report.firstReceipt)
        , row "Net" (plain report.net)
        , row "Tax" (plain report.tax)
        , HH.tr [ classes "total" ] [ HH.td_ [ HH.text "Total" ], HH.td_ [ HH.text (showMoney currency report.total) ] ]
        ] <> map (\{ rate, tax, net } -> row ("of it " <> showRate rate <> " tax on " <> plain net) (plain tax)) report.taxes
      )
  , HH.table [ classes "sums" ]
      [ row "Cash" (plain report.cashSales)
      , row "Card" (plain report.cardSales)
      , row "Given back in cash" (plain report.cashRefunds)
      , row "Given back to cards" (plain report.cardRefunds)
      , row "Rounding of cash" (plain report.rounding)
      ]
  , HH.table [ classes "sums" ]
      [ row "Float" (plain report.openingFloat)
      , row "Paid in" (plain report.paidIn)
      , row "Paid out" (plain report.paidOut)
      , row "Expected cash" (plain report.expectedCash)
      , row "Counted" (maybe "not yet" plain report.countedCash)
      , row "Difference"
          ( case report.difference of
              Just amount -> plain amount
              Nothing -> "–"
          )
      ]
  ]
  where
  plain = plainMoney currency
  row what amount = HH.tr_ [ HH.td_ [ HH.text what ], HH.td_ [ HH.text amount ] ]
