-- | What the customer takes home: on the screen, and alone on the paper.
module Retail.Component.Receipt (Paper, receipt, paperOf, paperKept) where

import Prelude

import Data.Array (filter)
import Data.Maybe (Maybe(..), fromMaybe)
import Data.String (take)
import Halogen.HTML as HH
import Retail.Api.Types (Me, Method(..), PricedCart, PricedLine, Sale, SaleId(..), TaxSum, Tender)
import Retail.Component.Html (classes)
import Retail.Data.Money (plainMoney, showMoney, showRate)
import Data.Number.Format (toString)
import Retail.Data.Queue (Queued)
import Retail.Data.Time (showTime)

type Paper =
  { shop :: Me
  , till :: String
  , number :: String
  , saleId :: String
  , at :: String
  , lines :: Array PricedLine
  , reduction :: Number
  , total :: Number
  , rounding :: Number
  , taxes :: Array TaxSum
  , paid :: Array { what :: String, amount :: Number }
  , change :: Number
  , footer :: String
  }

paperOf :: Me -> String -> Sale -> Paper
paperOf shop till { head, lines, taxes, payments } =
  { shop
  , till
  , number: case head.receipt of
      Just number -> "Receipt " <> toString number
      Nothing -> "No receipt"
  , saleId: let SaleId text = head.saleId in text
  , at: fromMaybe head.createdAt head.completedAt
  , lines
  , reduction: head.reduction
  , total: head.total
  , rounding: head.rounding
  , taxes
  , paid: map (\{ method, amount } -> { what: methodName method, amount: if method == MethodCash then amount + head.change else amount }) payments
  , change: head.change
  , footer: "Thank you."
  }

-- | Of a sale that the server has not seen: it has no number yet.
paperKept :: Me -> String -> Queued -> PricedCart -> Number -> Paper
paperKept shop till queued { lines, total, cashTotal } change =
  { shop
  , till
  , number: "Receipt number follows"
  , saleId: let SaleId text = queued.checkout.saleId in text
  , at: queued.at
  , lines
  , reduction: 0.0
  , total
  , rounding: cashTotal - total
  , taxes: []
  , paid: map given queued.checkout.tenders
  , change
  , footer: "Kept on this till until the server answers. Prices include the tax."
  }
  where
  given :: Tender -> { what :: String, amount :: Number }
  given { method, amount } = { what: methodName method, amount }

methodName :: Method -> String
methodName = case _ of
  MethodCash -> "Cash"
  MethodCard -> "Card"

receipt :: forall w i. Paper -> HH.HTML w i
receipt paper = HH.section [ classes "receipt" ]
  [ HH.h2_ [ HH.text paper.shop.organisation.name ]
  , HH.p_ [ HH.text (paper.till <> " · " <> paper.shop.staff.name) ]
  , HH.p_ [ HH.text (paper.number <> " · " <> showTime paper.at) ]
  , HH.table_ (map line paper.lines)
  , HH.table [ classes "sums" ]
      ( filter' (paper.reduction /= 0.0) (row "Discount" (plain (negate paper.reduction)))
          <> [ HH.tr [ classes "total" ] [ HH.td_ [ HH.text "Total" ], HH.td_ [ HH.text (showMoney currency paper.total) ] ] ]
          <> filter' (paper.rounding /= 0.0) (row "Rounding of cash" (plain paper.rounding))
          <> map (\{ what, amount } -> row what (plain amount)) paper.paid
          <> filter' (paper.change /= 0.0) (row "Change" (plain paper.change))
          <> map tax paper.taxes
      )
  , HH.p_ [ HH.text ("Sale " <> take 8 paper.saleId) ]
  , HH.p_ [ HH.text paper.footer ]
  ]
  where
  currency = paper.shop.organisation.currency
  plain = plainMoney currency
  row what amount = HH.tr_ [ HH.td_ [ HH.text what ], HH.td_ [ HH.text amount ] ]
  filter' wanted one = filter (const wanted) [ one ]
  tax { rate, net, tax: amount } = row ("of it " <> showRate rate <> " tax on " <> plain net) (plain amount)
  line { name, quantity, unitPrice, amount } = HH.tr_
    [ HH.td_ [ HH.text name, HH.small_ [ HH.text (" " <> thousandths quantity <> " × " <> plain unitPrice) ] ]
    , HH.td_ [ HH.text (plain amount) ]
    ]
  thousandths quantity = toString (quantity / 1000.0)
