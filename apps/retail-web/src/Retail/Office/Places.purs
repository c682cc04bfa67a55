-- | Which location the back office looks at; the pages share the choice.
module Retail.Office.Places (Places, noPlaces, withPlaces, choosePlace, placeSelect, placeName, placeText, placeOptions) where

import Prelude

import Data.Array (find, head)
import Data.Codec.Argonaut (string)
import Data.Maybe (Maybe(..), maybe)
import Data.Tuple (Tuple(..))
import Effect.Class (liftEffect)
import Halogen as H
import Halogen.HTML as HH
import Retail.Api.Request as Request
import Retail.Api.Types (Location, LocationId(..), Me)
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Component.Html (Notice, selectField)
import Retail.Component.Page (answered)
import Retail.Data.Local (readLocal, writeLocal)
import Retail.Data.Shop (ofShop)

type Places = { all :: Array Location, here :: Maybe Location }

noPlaces :: Places
noPlaces = { all: [], here: Nothing }

placeText :: Location -> String
placeText { locationId: LocationId text } = text

placeName :: Places -> LocationId -> String
placeName { all } wanted = maybe "" _.name (find (\{ locationId } -> locationId == wanted) all)

type Handle state action slots output = H.HalogenM { me :: Me, places :: Places, said :: Maybe Notice | state } action slots output AppM Unit

-- | Asks for the locations, and goes on.
withPlaces :: forall state action slots output. Handle state action slots output -> Handle state action slots output
withPlaces next = do
  me <- H.gets _.me
  remembered <- liftEffect (readLocal string (ofShop "place" me))
  answer <- ask Request.listLocations
  answered answer \all -> do
    let known = find (\one -> Just (placeText one) == remembered) all
    H.modify_ _ { places = { all, here: maybe (head all) Just known } }
    next

choosePlace :: forall state action slots output. String -> Handle state action slots output
choosePlace text = do
  { me, places } <- H.get
  liftEffect (writeLocal string (ofShop "place" me) text)
  H.modify_ _ { places = places { here = find (\one -> placeText one == text) places.all } }

placeOptions :: Array Location -> Array (Tuple String String)
placeOptions = map (\one -> Tuple (placeText one) one.name)

placeSelect :: forall w i. Places -> (String -> i) -> HH.HTML w i
placeSelect { all, here } = selectField "location" "Location" (maybe "" placeText here) (placeOptions all)
