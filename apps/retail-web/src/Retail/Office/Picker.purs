-- | Finds an article: by its code, which a scanner types, or by a part of its name.
module Retail.Office.Picker (component, Picked) where

import Prelude hiding (Unit)
import Prelude as Prelude

import Data.Array (null)
import Data.Maybe (Maybe(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Events as HE
import Halogen.HTML.Properties as HP
import Halogen.HTML.Properties.ARIA as ARIA
import Retail.Api.Request as Request
import Retail.Api.Types (ListedVariant, Unit, VariantId)
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Component.Html (Notice(..), autocomplete, classes, formOf, notice)
import Retail.Component.Page (answered, focus, stay)
import Retail.Data.Cart (Entry(..), readEntry)
import Retail.Data.Quantity (piece)
import Web.Event.Event (Event)

-- | `count` is what a code stands for; nothing, if the article was looked for.
type Picked = { variantId :: VariantId, sku :: String, name :: String, unit :: Unit, count :: Maybe Number }

type State = { label :: String, text :: String, found :: Array ListedVariant, said :: Maybe Notice }

data Action = Start | Text String | Look Event | Take ListedVariant

component :: forall query. H.Component query String Picked AppM
component = H.mkComponent
  { initialState: { label: _, text: "", found: [], said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: forall w. State -> HH.HTML w Action
render { label, text, found, said } = formOf "scan" Look
  [ HH.label [ HP.for "pick" ] [ HH.text label ]
  , HH.input
      [ HP.id "pick"
      , HP.type_ InputText
      , HP.value text
      , autocomplete "off"
      , HP.placeholder "A code, 12*code, or a name"
      , HE.onValueInput Text
      ]
  , HH.ul [ classes "found", ARIA.label "Articles found" ] (map row found)
  , notice said
  ]
  where
  row :: ListedVariant -> HH.HTML w Action
  row one@{ variant: { sku, name } } = HH.li_
    [ HH.button [ classes "plain", HP.type_ HP.ButtonButton, HE.onClick \_ -> Take one ]
        [ HH.span_ [ HH.text name ], HH.small_ [ HH.text sku ] ]
    ]

handle :: forall slots. Action -> H.HalogenM State Action slots Picked AppM Prelude.Unit
handle = case _ of
  Start -> focus "pick"
  Text text -> H.modify_ _ { text = text, said = Nothing }
  Look event -> do
    stay event
    { text } <- H.get
    case readEntry text of
      Words "" -> pure unit
      Words words -> do
        answer <- ask (Request.searchVariants { search: Just words, after: Nothing, limit: Just 12.0 })
        answered answer case _ of
          { items: [ only ] } -> handle (Take only)
          { items } -> H.modify_ _ { found = items, said = if null items then Just (Bad ("No article has “" <> words <> "” in its name or SKU.")) else Nothing }
      Code count code -> do
        H.modify_ _ { text = "", found = [], said = Nothing }
        answer <- ask (Request.scanBarcode code)
        answered answer \{ variantId, sku, name, unit, quantity } ->
          H.raise { variantId, sku, name, unit, count: Just (quantity * (count / piece)) }
  Take { variant: { variantId, sku, name, unit } } -> do
    H.modify_ _ { text = "", found = [], said = Nothing }
    H.raise { variantId, sku, name, unit, count: Nothing }
