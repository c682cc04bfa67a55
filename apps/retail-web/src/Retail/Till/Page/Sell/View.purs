-- | The counter as it is seen: the cart on one side, what it costs and what to do next on the other.
module Retail.Till.Page.Sell.View (render) where

import Prelude hiding (Unit)

import Data.Array (filter, index, length, mapWithIndex, null)
import Data.Maybe (Maybe(..), fromMaybe, isJust, maybe)
import DOM.HTML.Indexed.InputType (InputType(..))
import Halogen.HTML as HH
import Halogen.HTML.Events as HE
import Halogen.HTML.Properties as HP
import Halogen.HTML.Properties.ARIA as ARIA
import Retail.Api.Types (Currency(..), Discount, Method(..), Scan, Unit(..))
import Retail.Component.Html (amountField, button, autocomplete, classes, danger, formOf, notice, primary, waiting)
import Retail.Component.Receipt (paperKept, paperOf, receipt)
import Retail.Data.Cart (Line)
import Retail.Data.May (Permission(..), may)
import Retail.Data.Money (plainMoney, showMoney, showRate)
import Retail.Data.Payment (Progress, progress)
import Retail.Data.Quantity (piece, showQuantity)
import Retail.Till.Page.Sell.State (Action(..), Payment, Receipt(..), Stage(..), State, due)

render :: forall w. State -> HH.HTML w Action
render state = HH.main [ classes ("sell " <> stageName state.stage) ]
  [ HH.h1 [ classes "unseen" ] [ HH.text "Till" ]
  , HH.section [ classes "cart" ] case state.stage of
      Paid paid -> [ scanBox state, paper state paid ]
      _ -> [ scanBox state, found state, cart state ]
  , HH.section [ classes "counter" ]
      ([ totals state, notice state.said, waiting (fromMaybe "" state.busy) ] <> counter state)
  ]

stageName :: Stage -> String
stageName = case _ of
  Ringing -> "ringing"
  Discounting _ -> "discounting"
  Measuring _ -> "discounting"
  Paying _ -> "paying"
  Paid _ -> "paid"

scanBox :: forall w. State -> HH.HTML w Action
scanBox { entry } = formOf "scan" EntryDone
  [ HH.label [ HP.for "entry" ] [ HH.text "Scan, or look for an article", HH.kbd_ [ HH.text "F2" ] ]
  , HH.input
      [ HP.id "entry"
      , HP.type_ InputText
      , HP.value entry
      , autocomplete "off"
      , HP.placeholder "4006381333931, 3*4006381333931, or a name"
      , HE.onValueInput Entry
      ]
  ]

found :: forall w. State -> HH.HTML w Action
found { found: articles, me } = HH.ul [ classes "found", ARIA.label "Articles found" ] (map row articles)
  where
  row :: Scan -> HH.HTML w Action
  row article = HH.li_
    [ HH.button [ classes "plain", HP.type_ HP.ButtonButton, HE.onClick \_ -> Take article ]
        [ HH.span_ [ HH.text article.name ]
        , HH.span [ classes "number" ] [ HH.text (plainMoney me.organisation.currency article.unitPrice) ]
        ]
    ]

cart :: forall w. State -> HH.HTML w Action
cart state@{ basket }
  | null basket.lines = HH.p [ classes "empty" ] [ HH.text "The cart is empty. Scan the first article." ]
  | otherwise = HH.ol [ classes "lines", ARIA.label "Cart" ] (mapWithIndex (cartLine state) basket.lines)

cartLine :: forall w. State -> Int -> Line -> HH.HTML w Action
cartLine { priced, selected, me, basket } at { line, name, unit, unitPrice } = HH.li
  ( [ classes (if at == selected then "line selected" else "line"), HE.onClick \_ -> Select at ] <> filter (const (at == selected))
      [ HP.attr (HH.AttrName "aria-current") "true" ]
  )
  [ HH.span [ classes "what" ]
      [ HH.text name
      , HH.small_
          [ HH.text
              (showQuantity unit line.quantity <> " × " <> plain unitPrice <> maybe "" (\discount -> " − " <> discountText currency discount) line.discount)
          ]
      ]
  , HH.span [ classes "steps" ]
      ( filter (const (unit == UnitPiece))
          [ step "−" ("One less " <> name) (More at (negate piece))
          , step "+" ("One more " <> name) (More at piece)
          ] <> [ step "×" ("Take " <> name <> " out") (Remove at) ]
      )
  , HH.span [ classes "number" ] [ HH.text (maybe "…" (plain <<< (_.amount)) shown) ]
  ]
  where
  currency = me.organisation.currency
  plain = plainMoney currency
  shown = priced >>= \{ lines } -> if length lines == length basket.lines then index lines at else Nothing
  step sign label action = HH.button [ classes "step", HP.type_ HP.ButtonButton, ARIA.label label, HE.onClick \_ -> action ] [ HH.text sign ]

discountText :: Currency -> Discount -> String
discountText currency { percent, amount } = case percent of
  Just points -> showRate points
  Nothing -> plainMoney currency (fromMaybe 0.0 amount)

totals :: forall w. State -> HH.HTML w Action
totals { priced, offline, me, basket, stage } = HH.div [ classes "totals" ]
  ( case stage of
      Paid _ -> []
      _ ->
        [ HH.p [ classes "total", ARIA.live "polite", ARIA.atomic "true" ]
            [ HH.span_ [ HH.text "Total " ], HH.strong [ HP.id "total" ] [ HH.text (showMoney currency (maybe 0.0 _.total priced)) ] ]
        , HH.p [ classes "detail" ] [ HH.text (detail priced) ]
        ]
  )
  where
  currency = me.organisation.currency
  plain = plainMoney currency
  detail = case _ of
    _ | offline -> "Priced on this till: the server does not answer. Cash only."
    Just { reduction, tax, cashTotal, total } ->
      (if reduction /= 0.0 then "Discount " <> plain reduction <> " · " else "")
        <> ("Tax " <> plain tax)
        <> (if cashTotal /= total then " · in cash " <> plain cashTotal else "")
    Nothing -> if null basket.lines then " " else "Asking the server for the price…"

counter :: forall w. State -> Array (HH.HTML w Action)
counter state@{ stage, me, priced, basket, selected, sale } = case stage of
  Ringing ->
    [ HH.div [ classes "actions" ]
        [ primary "Pay" "F9" (isJust priced) Pay
        , button "Quantity" "F3" (not (null basket.lines)) AskQuantity
        , button "Discount" "F4" (may me GiveDiscount && not (null basket.lines)) AskDiscount
        , button "Park" "F8" (isJust priced) Park
        , if isJust sale then danger "Void sale" "" (may me VoidSale) Drop else danger "Empty cart" "" (not (null basket.lines)) Drop
        ]
    ]
  Measuring text ->
    [ formOf "stack panel" QuantityDone
        [ amountField "quantity" (maybe "" measureLabel (index basket.lines selected)) text QuantityText
        , HH.div [ classes "actions" ] [ HH.button [ classes "primary" ] [ HH.text "Set it" ], button "Back" "Esc" true Back ]
        ]
    ]
  Discounting { text, whole } ->
    [ formOf "stack panel" DiscountDone
        [ amountField "discount" "Discount: 10% or 2.50, nothing takes it away" text DiscountText
        , HH.label [ classes "check" ]
            [ HH.input [ HP.type_ InputCheckbox, HP.checked whole, HE.onChecked DiscountWhole ], HH.text "for the whole cart" ]
        , HH.div [ classes "actions" ]
            [ HH.button [ classes "primary" ] [ HH.text "Take it off" ], button "Back" "Esc" true Back ]
        ]
    ]
  Paying payment -> paying state payment
  Paid _ ->
    [ HH.div [ classes "actions" ]
        [ HH.button [ classes "primary", HP.id "next", HP.type_ HP.ButtonButton, HE.onClick \_ -> Next ]
            [ HH.text "Next customer", HH.kbd_ [ HH.text "Enter" ] ]
        , button "Print the receipt" "F8" true Print
        ]
    ]

measureLabel :: Line -> String
measureLabel { name, unit } = name <> (if unit == UnitKilogram then ": weight in kg" else ": how many")

paying :: forall w. State -> Payment -> Array (HH.HTML w Action)
paying state@{ me, offline, busy } { tenders, amount, terminal } =
  [ formOf "stack panel" CashDone
      [ HH.ul [ classes "tenders" ] (mapWithIndex tender tenders)
      , HH.p [ classes "left", ARIA.live "polite" ] [ HH.text (leftText currency (progress me.organisation.cashStep (due state) tenders)) ]
      , amountField "given" "Given in cash (Enter alone: exactly)" amount Amount
      , HH.div [ classes "notes" ] (map note (notes currency))
      , HH.div [ classes "actions" ]
          [ HH.button [ classes "primary", HP.disabled (isJust busy) ] [ HH.text "Cash", HH.kbd_ [ HH.text "Enter" ] ]
          , button "Card" "F10" (not offline && busy == Nothing) ChargeCard
          , button "Back" "Esc" (busy == Nothing) Back
          ]
      , HH.details_
          [ HH.summary_ [ HH.text "Card terminal" ]
          , amountField "terminal" "Reference from the terminal" terminal Terminal
          ]
      ]
  ]
  where
  currency = me.organisation.currency
  note units = HH.button
    [ classes "plain", HP.type_ HP.ButtonButton, HP.disabled (isJust busy), HE.onClick \_ -> GiveCash units ]
    [ HH.text (plainMoney currency units) ]
  tender at one = HH.li_
    [ HH.span_ [ HH.text (if one.method == MethodCash then "Cash" else "Card") ]
    , HH.span [ classes "number" ] [ HH.text (plainMoney currency one.amount) ]
    , HH.button [ classes "step", HP.type_ HP.ButtonButton, ARIA.label "Take this payment back", HE.onClick \_ -> Untender at ] [ HH.text "×" ]
    ]

-- | The usual banknotes, in minor units.
notes :: Currency -> Array Number
notes currency = map (_ * scale) [ 5.0, 10.0, 20.0, 50.0, 100.0 ]
  where
  scale = case currency of
    CurrencyJpy -> 100.0
    CurrencyCzk -> 1000.0
    CurrencyDkk -> 1000.0
    CurrencyNok -> 1000.0
    CurrencySek -> 1000.0
    _ -> 100.0

leftText :: Currency -> Progress -> String
leftText currency { cashLeft, cardLeft, change, covered }
  | covered = "Paid. Change " <> showMoney currency change
  | cashLeft == cardLeft = "Still to pay " <> showMoney currency cardLeft
  | otherwise = "Still to pay " <> showMoney currency cardLeft <> ", in cash " <> showMoney currency cashLeft

paper :: forall w. State -> Receipt -> HH.HTML w Action
paper { me, drawer: { till } } paid = HH.div [ classes "done" ]
  [ HH.p [ classes "change", ARIA.role "status", ARIA.live "polite" ]
      [ HH.span_ [ HH.text "Change " ], HH.strong [ HP.id "change" ] [ HH.text (showMoney me.organisation.currency shown.change) ] ]
  , receipt shown
  ]
  where
  shown = case paid of
    Booked sale -> paperOf me till.name sale
    Kept queued priced -> paperKept me till.name queued priced (progress me.organisation.cashStep priced.total queued.checkout.tenders).change
